package api

import "github.com/ismskit/ismskit/ismskit"

// FileWords says whether a file's case or document is found by what the file says.
type FileWords struct {
	State  string `json:"state" enum:"waits,found,failed" doc:"Of each file the text is read in the background: it waits for that, is found by it, or cannot be read."`
	Kind   string `json:"kind,omitempty" doc:"What the file is by its content: docx, xlsx, pptx, odt, ods, odp, pdf, text, doc, xls, ppt, picture, unknown."`
	Cut    bool   `json:"cut,omitempty" doc:"Only the beginning of its text is found."`
	Reason string `json:"reason,omitempty" enum:"encrypted,broken,too_large,doctype,no_text,kind,gone,given_up" doc:"Why it failed."`
	Text   string `json:"text" doc:"The same in words."`
}

func fileWords(all map[string]ismskit.FileWords, digest, lang string) *FileWords {
	w, ok := all[digest]
	if !ok {
		return nil
	}
	return &FileWords{State: w.State(), Kind: string(w.Kind), Cut: w.Cut, Reason: w.Reason, Text: w.Text(lang)}
}
