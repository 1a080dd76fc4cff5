package ismskit

import (
	"context"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
)

// calledForms are the numbers that each form of the house that was renumbered has and had: what is kept
// under one is of the form that is called otherwise since.
type calledForms struct {
	forms [][]string // of each the numbers as document.TypedNumber keeps them, the present one first
	// written are the ways in which such a number may stand on a record: as the document and the type
	// have it, which an earlier program did not make alike.
	written map[string][]string
	shared  map[string]bool // a number that more than one document has or had
}

func (k *Kit) formsCalled(ctx context.Context, tx Tx) (calledForms, error) {
	out := calledForms{written: map[string][]string{}, shared: map[string]bool{}}
	write := func(numbers ...string) {
		for _, n := range numbers {
			typed := document.TypedNumber(n)
			if !slices.Contains(out.written[typed], n) {
				out.written[typed] = append(out.written[typed], n)
			}
		}
	}
	for _, kind := range k.kinds.all() {
		if kind.FormNo != "" {
			write(kind.FormNo)
		}
	}
	docs, err := tx.Documents().Documents(ctx, document.Query{Levels: []int{LevelForm}})
	if err != nil {
		return out, err
	}
	var numbers []string
	for _, doc := range docs {
		write(append([]string{doc.Number}, doc.FormerNumbers...)...)
		if len(doc.FormerNumbers) > 0 {
			out.forms = append(out.forms, doc.Numbers())
			numbers = append(numbers, doc.Numbers()...)
		}
	}
	bearers := map[string]map[string]bool{}
	for part := range slices.Chunk(numbers, 100) {
		docs, err := tx.Documents().Documents(ctx, document.Query{Numbers: part})
		if err != nil {
			return out, err
		}
		for _, doc := range docs {
			for _, n := range doc.Numbers() {
				if bearers[n] == nil {
					bearers[n] = map[string]bool{}
				}
				bearers[n][doc.ID] = true
				out.shared[n] = len(bearers[n]) > 1
			}
		}
	}
	return out, nil
}

// ofForm says whether a number, which may end in '*', stands for another; both are typed.
func ofForm(number, typed string) bool { return record.OfForm([]string{number}, typed) }

// names are a number, which may end in '*', and all others of the forms that have or had it: of a number
// that two had those of both, for what is meant may not be let go (a hold).
func (c calledForms) names(number string) []string {
	return c.with(number, func(number string, form []string) []string {
		if slices.ContainsFunc(form, func(n string) bool { return ofForm(number, n) }) {
			return form
		}
		return nil
	})
}

// ruled are a number, which may end in '*', and the others under which records of the same form are kept, where
// that is certain: a rule that reached another form's records would end what nobody said ends. A
// number that another document has or had says of no record whose it is; and of the many that '*' stands
// for a form is meant that is called so today.
func (c calledForms) ruled(number string) []string {
	return c.with(number, func(number string, form []string) []string {
		many := strings.HasSuffix(number, "*")
		meant := ofForm(number, form[0])
		if !many && !meant {
			meant = slices.ContainsFunc(form[1:], func(n string) bool { return ofForm(number, n) && !c.shared[n] })
		}
		if !meant {
			return nil
		}
		return slices.DeleteFunc(slices.Clone(form), func(n string) bool { return c.shared[n] })
	})
}

// with are a number and those that each form adds to it, in every way in which they are written.
func (c calledForms) with(number string, adds func(number string, form []string) []string) []string {
	out, number := document.NumberKeys(number), document.TypedNumber(number)
	add := func(typed string) {
		for _, n := range append([]string{typed}, c.written[typed]...) {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	if strings.HasSuffix(number, "*") {
		for typed := range c.written {
			if ofForm(number, typed) {
				add(typed)
			}
		}
	} else {
		add(number)
	}
	for _, form := range c.forms {
		for _, n := range adds(number, form) {
			add(n)
		}
	}
	slices.Sort(out[1:])
	return out
}
