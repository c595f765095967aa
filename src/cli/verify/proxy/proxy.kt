// Answers for messages (with Jackson on the class path); run it, then
// pactlens verify PACT --provider http://localhost:8090
import com.fasterxml.jackson.databind.*
import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.util.Base64

// The description in the pact, and what your code makes for it; it is given providerStates and,
// for messages with an answer, request.
val messages = mapOf<String, (JsonNode) -> Any>(
    "an order was placed" to { asked -> mapOf("id" to 7) },
)
val json = ObjectMapper()

fun main() {
    val server = HttpServer.create(InetSocketAddress("localhost", 8090), 0)
    server.createContext("/") { exchange ->
        val asked = json.readTree(exchange.requestBody)
        val make = messages[asked.path("description").asText()]
        val body = make?.let { json.writeValueAsBytes(it(asked)) } ?: ByteArray(0)
        val metadata = json.writeValueAsBytes(mapOf("topic" to "orders"))
        exchange.responseHeaders.set("Content-Type", "application/json")
        exchange.responseHeaders.set("Pact-Message-Metadata", Base64.getEncoder().encodeToString(metadata))
        exchange.sendResponseHeaders(if (make == null) 404 else 200, if (body.isEmpty()) -1 else body.size.toLong())
        exchange.responseBody.write(body)
        exchange.close()
    }
    server.start()
}
