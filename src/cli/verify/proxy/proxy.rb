# Answers for messages; run it with `ruby proxy.rb` (gem install webrick), then
# pactlens verify PACT --provider http://localhost:8090
require "base64"
require "json"
require "webrick"

MESSAGES = {
  # The description in the pact, and what your code makes for it. `request` is what came in,
  # for messages with an answer.
  "an order was placed" => ->(states, request) { { id: 7 } },
}
METADATA = { topic: "orders" }

server = WEBrick::HTTPServer.new(BindAddress: "localhost", Port: 8090)
server.mount_proc("/") do |incoming, answer|
  asked = JSON.parse(incoming.body)
  make = MESSAGES[asked["description"]] or next answer.status = 404
  answer["Content-Type"] = "application/json"
  answer["Pact-Message-Metadata"] = Base64.strict_encode64(METADATA.to_json)
  answer.body = make.call(asked.fetch("providerStates", []), asked["request"]).to_json
end
trap("INT") { server.shutdown }
server.start
