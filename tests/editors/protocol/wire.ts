// Everything that the server may send: results by the method that was called, and messages of
// its own by theirs.
import type * as p from "vscode-languageserver-protocol";

export interface Wire {
  initialize: p.InitializeResult;
  shutdown: null;
  "textDocument/hover": p.Hover | null;
  "textDocument/codeAction": (p.Command | p.CodeAction)[] | null;
  "codeAction/resolve": p.CodeAction;
  "workspace/executeCommand": p.LSPAny;
  "textDocument/completion": p.CompletionItem[] | p.CompletionList | null;
  "completionItem/resolve": p.CompletionItem;
  "textDocument/documentSymbol": p.DocumentSymbol[] | p.SymbolInformation[] | null;
  "textDocument/foldingRange": p.FoldingRange[] | null;
  "textDocument/selectionRange": p.SelectionRange[] | null;
  "textDocument/inlayHint": p.InlayHint[] | null;
  "textDocument/definition": p.Definition | p.DefinitionLink[] | null;
  "textDocument/references": p.Location[] | null;
  "textDocument/documentHighlight": p.DocumentHighlight[] | null;
  "textDocument/prepareRename": p.Range | { range: p.Range; placeholder: string } | null;
  "textDocument/rename": p.WorkspaceEdit | null;
  "textDocument/semanticTokens/full": p.SemanticTokens | null;
  "textDocument/semanticTokens/range": p.SemanticTokens | null;
  "textDocument/codeLens": p.CodeLens[] | null;
  "textDocument/documentLink": p.DocumentLink[] | null;
  "textDocument/diagnostic": p.DocumentDiagnosticReport;
  "workspace/diagnostic": p.WorkspaceDiagnosticReport;
  "workspace/symbol": p.SymbolInformation[] | p.WorkspaceSymbol[] | null;
  "textDocument/publishDiagnostics": p.PublishDiagnosticsParams;
  "workspace/diagnostic/refresh": undefined;
  "workspace/codeLens/refresh": undefined;
  "window/showDocument": p.ShowDocumentParams;
  "client/registerCapability": p.RegistrationParams;
  "window/workDoneProgress/create": p.WorkDoneProgressCreateParams;
  "$/progress": { token: p.ProgressToken; value: unknown };
  "window/showMessage": p.ShowMessageParams;
  "window/logMessage": p.LogMessageParams;
}
