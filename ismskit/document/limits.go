package document

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What document control keeps of one document or version, in characters; a title counts
// in each language. More is a Refusal at its field.
const (
	MaxNumber = 100
	MaxLine   = 200  // title, owner, reviser, approver, number of approval, band
	MaxText   = 2000 // description, note, reason
	MaxName   = 400  // of a file
	MaxFiles  = 50   // of a version
	// MaxRelations are how many other documents one names, MaxTitles in how many languages it is called.
	MaxRelations = 100
	MaxTitles    = 20
)

// limited is a text with where it is entered and how long it may be.
type limited struct {
	field, text string
	most        int
}

// checkLengths is what is too long of some texts, or no text that can be read.
func checkLengths(texts ...limited) Refusals {
	var out Refusals
	for _, t := range texts {
		if strings.ContainsFunc(t.text, unwritten) {
			out = append(out, refuseAt(t.field, "text_control"))
		}
		if is := utf8.RuneCountInString(t.text); is > t.most {
			out = append(out, refuseAt(t.field, "too_long", "is", strconv.Itoa(is), "most", strconv.Itoa(t.most)))
		}
	}
	return out
}

// unwritten are control characters and those that turn the direction of writing: what is read would be
// another text than what is kept.
func unwritten(r rune) bool {
	return unicode.IsControl(r) && !unicode.IsSpace(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}

// documentLengths is what is too long of a document and does not stand so in the one that is
// stored: a length that was kept before must not be in the way of its next version.
func documentLengths(d, stored Document) Refusals {
	out := checkLengths(
		changed(FieldNumber, d.Number, stored.Number, MaxNumber), changed(FieldParent, d.Parent, stored.Parent, MaxNumber),
		changed(FieldOwner, d.Owner, stored.Owner, MaxLine), changed(FieldNote, d.Note, stored.Note, MaxText),
	)
	for _, lang := range slices.Sorted(maps.Keys(d.Title)) {
		for _, long := range checkLengths(changed(FieldTitle, d.Title[lang], stored.Title[lang], MaxLine)) {
			long.Params["lang"] = lang // a page has a field for each
			out = append(out, long)
		}
	}
	for _, key := range []struct{ is, was string }{{d.Class, stored.Class}, {d.Unit, stored.Unit}, {d.Group, stored.Group}, {d.Type, stored.Type}} {
		out = append(out, checkLengths(changed("", key.is, key.was, MaxNumber))...)
	}
	if n := len(d.Title); n > MaxTitles && n > len(stored.Title) {
		out = append(out, refuseAt(FieldTitle, "too_many_titles", "is", strconv.Itoa(n), "most", strconv.Itoa(MaxTitles)))
	}
	if n := len(d.Relations); n > MaxRelations && n > len(stored.Relations) {
		out = append(out, refuseAt(FieldRelations, "too_many_relations", "is", strconv.Itoa(n), "most", strconv.Itoa(MaxRelations)))
	}
	for _, r := range d.Relations {
		out = append(out, checkLengths(limited{FieldRelations, r.Number, MaxNumber}, limited{FieldRelations, r.ID, MaxNumber})...)
	}
	return out
}

// changed is a text that may be of any length where it is the stored one.
func changed(field, text, stored string, most int) limited {
	if text == stored {
		text = ""
	}
	return limited{field, text, most}
}

func versionLengths(v Version) Refusals {
	out := checkLengths(
		limited{FieldReviser, v.Reviser, MaxLine}, limited{FieldDescription, v.Description, MaxText}, limited{FieldApprover, v.Approver, MaxLine},
		limited{FieldApprovalNo, v.ApprovalNo, MaxLine}, limited{FieldBand, v.Band, MaxLine},
	)
	if len(v.Files) > MaxFiles {
		out = append(out, refuseAt(FieldFiles, "too_many_files", "is", strconv.Itoa(len(v.Files)), "most", strconv.Itoa(MaxFiles)))
	}
	for _, f := range v.Files {
		out = append(out, checkLengths(limited{FieldFiles, f.Name, MaxName})...)
	}
	return out
}
