<?php
// Answers for messages; run it with `php -S localhost:8090 proxy.php`, then
// pactlens verify PACT --provider http://localhost:8090
$messages = [
    // The description in the pact, and what your code makes for it. $request is what came in,
    // for messages with an answer.
    'an order was placed' => fn (array $states, ?array $request) => ['id' => 7],
];
$metadata = ['topic' => 'orders'];

$asked = json_decode(file_get_contents('php://input'), true);
$make = $messages[$asked['description']] ?? null;
if ($make === null) {
    http_response_code(404);
    exit('no such message');
}
header('Content-Type: application/json');
header('Pact-Message-Metadata: ' . base64_encode(json_encode($metadata)));
echo json_encode($make($asked['providerStates'] ?? [], $asked['request'] ?? null));
