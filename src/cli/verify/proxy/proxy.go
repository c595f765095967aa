// Answers for messages; run it with `go run proxy.go`, then
// pactlens verify PACT --provider http://localhost:8090
package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

type asked struct {
	Description    string           `json:"description"`
	ProviderStates []map[string]any `json:"providerStates"`
	Request        map[string]any   `json:"request"` // what came in, for messages with an answer
}

// The description in the pact, and what your code makes for it.
var messages = map[string]func(asked) any{
	"an order was placed": func(it asked) any { return map[string]any{"id": 7} },
}

func main() {
	http.HandleFunc("/", func(answer http.ResponseWriter, incoming *http.Request) {
		var it asked
		json.NewDecoder(incoming.Body).Decode(&it)
		message, known := messages[it.Description]
		if !known {
			http.NotFound(answer, incoming)
			return
		}
		metadata, _ := json.Marshal(map[string]any{"topic": "orders"})
		answer.Header().Set("Content-Type", "application/json")
		answer.Header().Set("Pact-Message-Metadata", base64.StdEncoding.EncodeToString(metadata))
		json.NewEncoder(answer).Encode(message(it))
	})
	http.ListenAndServe("localhost:8090", nil)
}
