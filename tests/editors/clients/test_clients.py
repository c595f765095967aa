"""Clients with the capabilities of real editors: none is told more than it understands."""

import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types as t
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures" / "editors"
SERVER = os.environ["PACTLENS"]


@pytest_lsp.fixture(
    params=["visual_studio_code", "neovim", "emacs"],
    config=ClientServerConfig(server_command=[SERVER, "lsp"]),
)
async def client(request, lsp_client: LanguageClient):
    @lsp_client.feature(t.CLIENT_REGISTER_CAPABILITY)
    def register(params: t.RegistrationParams):
        return None

    lsp_client.answer = await lsp_client.initialize_session(
        t.InitializeParams(
            capabilities=client_capabilities(request.param),
            process_id=os.getpid(),
            workspace_folders=[t.WorkspaceFolder(uri=FIXTURES.as_uri(), name="pacts")],
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_what_a_client_asks_for(client: LanguageClient):
    assert client.answer.server_info.name == "pactlens"
    path = FIXTURES / "web-orders.json"
    uri, text = path.as_uri(), path.read_text()
    document = t.TextDocumentIdentifier(uri=uri)
    item = t.TextDocumentItem(uri=uri, language_id="json", version=1, text=text)
    client.text_document_did_open(t.DidOpenTextDocumentParams(text_document=item))
    if client.answer.capabilities.diagnostic_provider:
        report = await client.text_document_diagnostic_async(t.DocumentDiagnosticParams(document))
        found = report.items
    else:
        await client.wait_for_notification(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        found = client.diagnostics[uri]
    finding = next(it for it in found if it.code == "unknown-matcher")
    at = t.Position(finding.range.start.line, finding.range.start.character + 1)

    hover = await client.text_document_hover_async(t.HoverParams(document, at))
    assert "unknown-matcher" in hover.contents.value
    context = t.CodeActionContext(diagnostics=[])
    actions = await client.text_document_code_action_async(
        t.CodeActionParams(document, finding.range, context)
    )
    assert any("integer" in action.title for action in actions)
    symbols = await client.text_document_document_symbol_async(t.DocumentSymbolParams(document))
    assert symbols[0].name == "GET /orders/7 -> 200"
    items = await client.text_document_completion_async(t.CompletionParams(document, at))
    items = items if isinstance(items, list) else items.items
    assert "integer" in [item.label for item in items]
    rule = t.Position(19, 14)
    places = await client.text_document_definition_async(t.DefinitionParams(document, rule))
    assert places[0].range.start.line == 12
    folds = await client.text_document_folding_range_async(t.FoldingRangeParams(document))
    assert any(fold.start_line == 3 for fold in folds)
    grown = await client.text_document_selection_range_async(t.SelectionRangeParams(document, [rule]))
    assert grown[0].parent.range.start.line <= rule.line
