;;; interview.el --- interview-lsp in Eglot  -*- lexical-binding: t -*-

;; Emacs 29 and later (Eglot is part of Emacs). Put this into init.el, or save the
;; file and (load "/path/to/interview.el").  See docs/editors/emacs.md.

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((python-mode python-ts-mode) . ("interview-lsp" "serve"))))

(add-hook 'python-mode-hook #'eglot-ensure)
(add-hook 'python-ts-mode-hook #'eglot-ensure)

;; Settings; all of them with their defaults are in the README of the project.
;; A project's own: the same form in .dir-locals.el.
(setq-default eglot-workspace-configuration
              '(:interview (:locale "auto")))

;; Eglot asks for Markdown only where markdown-mode is installed; without it the
;; card comes as plain text:  M-x package-install RET markdown-mode

;; The whole card under the cursor: C-h . (eldoc-doc-buffer).
(setq eldoc-echo-area-use-multiline-p 3)

(defun interview-open ()
  "Offer the interview questions about what is under the cursor."
  (interactive)
  (eglot-code-actions (point) (point) "interview" t))

(with-eval-after-load 'eglot
  (define-key eglot-mode-map (kbd "C-c q") #'interview-open))

(provide 'interview)
;;; interview.el ends here
