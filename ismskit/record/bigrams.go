package record

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxTerms is how many distinct terms of one text are indexed. It keeps the
// largest attachment within what one index entry may hold.
const MaxTerms = 50_000

const maxTermRunes = 64

// Term is one thing a text must hold to be found.
type Term struct {
	Text   string
	Prefix bool // a term that begins with Text suffices
}

// Fold brings text into the form that is compared: compatibility forms unified
// (full-width letters and digits become half-width), lower case.
func Fold(text string) string { return strings.ToLower(norm.NFKC.String(text)) }

// Bigrams returns the distinct terms a text is indexed under, sorted: every pair
// of neighbouring CJK characters, the last character of each CJK run, and every
// other word whole and from each of its parts on ("is-04-012", "04-012", "012").
// Chinese has no spaces between words; pairs make two-character words findable
// without a dictionary.
func Bigrams(text string) []string {
	var terms []string
	seen := map[string]bool{}
	add := func(t string) {
		if len(seen) < MaxTerms && !seen[t] {
			seen[t] = true
			terms = append(terms, t)
		}
	}
	eachRun(Fold(text), func(run []rune, cjk bool) {
		if cjk {
			for i := 0; i+1 < len(run); i++ {
				add(string(run[i : i+2]))
			}
			add(string(run[len(run)-1:]))
			return
		}
		for i := range run {
			if i == 0 || (isJoint(run[i-1]) && !isJoint(run[i])) {
				add(string(run[i:min(len(run), i+maxTermRunes)]))
			}
		}
	})
	slices.Sort(terms)
	return terms
}

// Terms returns what all must occur for a query's words to be found. A query
// without a letter or digit gives none.
func Terms(query string) []Term {
	var terms []Term
	add := func(t Term) {
		if !slices.Contains(terms, t) {
			terms = append(terms, t)
		}
	}
	eachRun(Fold(query), func(run []rune, cjk bool) {
		switch {
		case !cjk:
			add(Term{Text: string(run[:min(len(run), maxTermRunes)]), Prefix: true})
		case len(run) == 1:
			add(Term{Text: string(run), Prefix: true})
		default:
			for i := 0; i+1 < len(run); i++ {
				add(Term{Text: string(run[i : i+2])})
			}
		}
	})
	return terms
}

// Holds reports whether sorted terms of a text, as Bigrams returns them, satisfy
// every term of one of a query's readings.
func Holds(sorted []string, readings [][]Term) bool {
	return slices.ContainsFunc(readings, func(query []Term) bool { return holdsAll(sorted, query) })
}

func holdsAll(sorted []string, query []Term) bool {
	for _, t := range query {
		i, found := slices.BinarySearch(sorted, t.Text)
		if !found && !(t.Prefix && i < len(sorted) && strings.HasPrefix(sorted[i], t.Text)) {
			return false
		}
	}
	return true
}

// eachRun hands out runs of CJK characters and runs of other word characters.
// Punctuation inside a word stays ("is-04-012", "10.1.2.3"), at its ends it goes.
func eachRun(folded string, use func(run []rune, cjk bool)) {
	var run []rune
	cjk := false
	flush := func() {
		for !cjk && len(run) > 0 && isJoint(run[len(run)-1]) {
			run = run[:len(run)-1]
		}
		if len(run) > 0 {
			use(run, cjk)
		}
		run = run[:0]
	}
	for _, r := range folded {
		switch {
		case isCJK(r):
			if !cjk {
				flush()
				cjk = true
			}
			run = append(run, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if cjk {
				flush()
				cjk = false
			}
			run = append(run, r)
		case isJoint(r) && !cjk && len(run) > 0:
			run = append(run, r)
		default:
			flush()
		}
	}
	flush()
}

// isJoint: punctuation that joins the parts of a number, address or name.
func isJoint(r rune) bool { return strings.ContainsRune("-_./@:", r) }

func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Bopomofo, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
