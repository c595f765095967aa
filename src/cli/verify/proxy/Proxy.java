// Answers for messages (with Jackson on the class path); run it, then
// pactlens verify PACT --provider http://localhost:8090
import com.fasterxml.jackson.databind.*;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.*;
import java.util.function.Function;

class Proxy {
    // The description in the pact, and what your code makes for it; it is given providerStates
    // and, for messages with an answer, request.
    static final Map<String, Function<JsonNode, Object>> MESSAGES = Map.of(
        "an order was placed", asked -> Map.of("id", 7));
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        var server = HttpServer.create(new InetSocketAddress("localhost", 8090), 0);
        server.createContext("/", exchange -> {
            var asked = JSON.readTree(exchange.getRequestBody());
            var make = MESSAGES.get(asked.path("description").asText());
            var body = make == null ? new byte[0] : JSON.writeValueAsBytes(make.apply(asked));
            var metadata = JSON.writeValueAsBytes(Map.of("topic", "orders"));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Pact-Message-Metadata", Base64.getEncoder().encodeToString(metadata));
            exchange.sendResponseHeaders(make == null ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
