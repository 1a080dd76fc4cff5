package record

import "strings"

// Edition names a version of a document, by its id and the version's label, for Record.Editions: a
// label is in force once at most in the life of a document, and its number may change.
func Edition(document, label string) string { return document + "/" + label }

// EditionOf gives the document and the label that an Edition names; ok is false where it names none.
func EditionOf(edition string) (document, label string, ok bool) {
	at := strings.LastIndexByte(edition, '/')
	if at <= 0 || at == len(edition)-1 {
		return "", "", false
	}
	return edition[:at], edition[at+1:], true
}
