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

;; Questions: M-x interview-open for what is under the cursor (also among the code
;; actions), M-x interview-search for any.

(defun interview--execute (command argument)
  "Run the server's COMMAND with ARGUMENT, a plist, and return its result."
  (jsonrpc-request (or (eglot-current-server) (user-error "No server runs here"))
                   :workspace/executeCommand
                   (list :command (concat "interview-lsp." command)
                         :arguments (vector argument))))

(defun interview-open ()
  "Offer the interview questions about what is under the cursor."
  (interactive)
  (eglot-code-actions (point) (point) "interview" t))

(defun interview-search (query)
  "Choose among the questions that match QUERY and open one."
  (interactive "sInterview: search for ")
  (let* ((found (interview--execute "search" (list :query query :limit 20)))
         (choices (mapcar (lambda (question)
                            (cons (plist-get question :question)
                                  (plist-get question :id)))
                          found)))
    (unless choices (user-error "No question matches \"%s\"" query))
    (let ((chosen (completing-read "Interview: " choices nil t)))
      (interview--execute "open" (list :id (cdr (assoc chosen choices)))))))

;; The action "search for more" needs a list to choose from, which only Emacs can show.
(defun interview--execute-action (run server action)
  "Call RUN with SERVER and ACTION unless it is our search."
  (let* ((command (plist-get action :command))
         (command (if (stringp command) action command)))
    (if (equal (plist-get command :command) "interview-lsp.search")
        (interview-search (plist-get (elt (plist-get command :arguments) 0) :query))
      (funcall run server action))))

(with-eval-after-load 'eglot
  (advice-add 'eglot-execute :around #'interview--execute-action)
  (define-key eglot-mode-map (kbd "C-c q") #'interview-open)
  (define-key eglot-mode-map (kbd "C-c /") #'interview-search))

(provide 'interview)
;;; interview.el ends here
