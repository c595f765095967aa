// Answers for messages, in a web project (`dotnet new web`); run it with `dotnet run`, then
// pactlens verify PACT --provider http://localhost:8090
using System.Text;
using System.Text.Json;

// The description in the pact, and what your code makes for it; it is given providerStates and,
// for messages with an answer, request.
var messages = new Dictionary<string, Func<JsonElement, object>>
{
    ["an order was placed"] = asked => new { id = 7 },
};
var metadata = JsonSerializer.Serialize(new { topic = "orders" });

var app = WebApplication.CreateBuilder(args).Build();
app.MapPost("/", (JsonElement asked, HttpResponse answer) =>
{
    var description = asked.GetProperty("description").GetString() ?? "";
    if (!messages.TryGetValue(description, out var make)) return Results.NotFound();
    answer.Headers["Pact-Message-Metadata"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(metadata));
    return Results.Json(make(asked));
});
app.Run("http://localhost:8090");
