package forms

import (
	"slices"
	"strings"
)

// OptionFact says that a computed field is what the register says of the options chosen in the field beside it: whether a
// permission item among them is a privileged one, which form they need beside this one. The Lookup tells it when the form is
// filled in, and it is kept with the answers: conditions and rules read it like any other field, a signer sees it, and a form
// on its way stays what it was sent as when the register changes. Where the register says nothing the field isn't shown.
type OptionFact struct {
	Of     string `json:"of"`     // the choice beside this field whose options a register row owns
	Column string `json:"column"` // the column of the register's list of options: a boolean or a text
}

// betweenFacts stands between the texts of several options as they are kept: each reader's language says what he sees there.
const betweenFacts = "\n"

// factText is the text that a fact has.
type factText struct{ textInput }

func (t factText) Format(v any, in Locale) string {
	return joined(strings.Split(t.textInput.Format(v, in), betweenFacts), in)
}

// Telling is a Lookup that knows more of the options a register row owns than what they are called.
type Telling interface {
	// Fact is what column says of an option: a bool, a string, or nil.
	Fact(n Need, option, column string) any
}

// FactInfo is a fact of a form, for whoever knows the registers to check.
type FactInfo struct {
	Path     string // of the field that holds it
	Register string // the register that is asked
	List     string // the field of its rows that lists the options
	Column   string // the column of that list
	Flag     bool   // it is to be a boolean; otherwise a text
}

// Facts lists what the form takes from registers about chosen options.
func (f *Form) Facts() []FactInfo {
	var out []FactInfo
	for _, fl := range f.all() {
		if fl.Fact != nil {
			from := fl.factOf.OptionsFrom
			out = append(out, FactInfo{Path: fl.path, Register: from.Register, List: from.List, Column: fl.Fact.Column, Flag: fl.shaped.Kind == KindBoolean})
		}
	}
	return out
}

// checkFact reports a fact about something that has none.
func (f *Form) checkFact(fl *field, r Report) {
	if fl.Type != "computed" {
		r.Problem("fact_not_for_type", "type", fl.Type)
	}
	if !validKey(fl.Fact.Column) {
		r.At("column").Problem("key")
	}
	of := f.beside(fl, fl.Fact.Of)
	if of == nil || of.OptionsFrom == nil || of.OptionsFrom.Of == "" || of.table != fl.table {
		r.At("of").Problem("fact_of", "key", fl.Fact.Of)
		return
	}
	fl.factOf = of
}

// tell sets the facts among the values of a form (row nil) or of one of its rows.
func (f *Form) tell(fl *field, top Values, row Row, l Lookup) {
	of := top
	if row != nil {
		of = row
	}
	put(of, fl.Key, f.told(fl, top, of, row, l))
}

func (f *Form) told(fl *field, top, of Values, row Row, l Lookup) any {
	telling, ok := l.(Telling)
	need, chosen := f.optionsNeed(fl.factOf, top, row)
	if !ok || !chosen {
		return nil
	}
	flag, texts := false, []string{}
	for _, option := range chosenIn(of[fl.factOf.Key]) {
		switch v := telling.Fact(need, option, fl.Fact.Column).(type) {
		case bool:
			flag = flag || v
		case string:
			if v != "" && !slices.Contains(texts, v) {
				texts = append(texts, v)
			}
		}
	}
	switch {
	case fl.shaped.Kind == KindBoolean && flag:
		return true
	case fl.shaped.Kind == KindText && len(texts) > 0:
		return strings.Join(texts, betweenFacts)
	}
	return nil
}

// chosenIn are the options chosen in a choice of one or several.
func chosenIn(v any) []string {
	if one, ok := v.(string); ok {
		return []string{one}
	}
	many, _ := v.([]string)
	return many
}
