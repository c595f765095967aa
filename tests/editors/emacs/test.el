;; Emacs with eglot: diagnostics, hover, a quick fix, the outline.  -*- lexical-binding: t -*-
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'js)
(setq eglot-sync-connect 20
      eglot-confirm-server-initiated-edits nil
      create-lockfiles nil
      make-backup-files nil)

(defun ok (what condition &optional seen)
  (unless condition
    (princ (format "FAILED: %s: %S\n" what seen))
    (kill-emacs 1))
  (princ (format "ok %s\n" what)))

(defun wait-for (what condition)
  (let ((end (+ (float-time) 20)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.02))
    (unless (funcall condition)
      (princ (format "FAILED: nothing came: %s\n" what))
      (kill-emacs 1))))

;; What the page for Emacs tells its readers to write.
(define-derived-mode pact-mode js-mode "Pact")
(add-to-list 'auto-mode-alist '("/pacts/.*\\.json\\'" . pact-mode))
(add-to-list 'eglot-server-programs `((pact-mode :language-id "json") . (,(getenv "PACTLENS") "lsp")))

(find-file (expand-file-name "pacts/web-orders.json" (getenv "WORK")))
(eglot-ensure)
(run-hooks 'post-command-hook)
(wait-for "a server" (lambda () (eglot-current-server)))
(flymake-start)

(defun finding (text)
  (seq-find (lambda (it) (string-match-p text (flymake-diagnostic-text it))) (flymake-diagnostics)))
(wait-for "diagnostics" (lambda () (finding "is no matcher")))
(let* ((it (finding "is no matcher"))
       (beg (flymake-diagnostic-beg it))
       (end (flymake-diagnostic-end it)))
  (ok "the finding stands at the name"
      (string= (buffer-substring beg end) "\"integr\"") (buffer-substring beg end))
  (goto-char (1+ beg))
  (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover
                                (eglot--TextDocumentPositionParams))))
    (ok "the hover explains the rule"
        (string-match-p "unknown-matcher" (plist-get (plist-get hover :contents) :value)) hover))
  (let* ((range (list :start (eglot--pos-to-lsp-position beg) :end (eglot--pos-to-lsp-position end)))
         (actions (jsonrpc-request (eglot-current-server) :textDocument/codeAction
                                   (list :textDocument (eglot--TextDocumentIdentifier)
                                         :range range
                                         :context (list :diagnostics []))))
         (action (seq-find (lambda (it) (string-match-p "integer" (plist-get it :title))) actions)))
    (ok "a quick fix is offered" action actions)
    (eglot--apply-workspace-edit (plist-get action :edit)))
  (goto-char beg)
  (ok "the fix mends the text" (looking-at "\"integer\"") (thing-at-point 'line t)))
(eglot--signal-textDocument/didChange)
(wait-for "no finding after the fix" (lambda () (not (finding "is no matcher"))))
(let ((symbols (jsonrpc-request (eglot-current-server) :textDocument/documentSymbol
                                (list :textDocument (eglot--TextDocumentIdentifier)))))
  (ok "the outline names requests"
      (string= (plist-get (aref symbols 0) :name) "GET /orders/7 -> 200") symbols))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
(ok "the server stops" t)
