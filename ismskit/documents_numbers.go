package ismskit

import (
	"context"
	"slices"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// numbersUsed are the numbers that documents have or had, and that requests on their way, but for
// one, ask for.
func (k *Kit) numbersUsed(ctx context.Context, tx Tx, but string) ([]string, error) {
	docs, err := tx.Documents().Documents(ctx, document.Query{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range docs {
		out = append(out, d.Numbers()...)
	}
	err = k.eachChange(ctx, tx, func(row CaseRow, is changedThing) {
		if row.ID != but && is.number != "" {
			out = append(out, is.number)
		}
	})
	return out, err
}

// nextNumber is the next number by a rule, "" where the rule needs a unit and none is given. One
// that is taken is passed by, also where the pattern doesn't read it as one of its own.
func (r numberRule) nextNumber(used []string, day calendar.Date, level int, unit string) string {
	counted := r.pattern.Counter(day, r.parts(level, unit))
	last, taken := int64(0), make(map[string]bool, len(used))
	for _, number := range used {
		number = document.TypedNumber(number)
		taken[number] = true
		if n, ok := counted(number); ok {
			last = max(last, n)
		}
	}
	for n := last + 1; ; n++ { // no further than there are numbers in use
		number, err := r.format(day, n, level, unit)
		if err != nil {
			return ""
		}
		if !taken[number] {
			return number
		}
	}
}

// numberFor is the number that a new document gets, "" where no rule gives one. but is the
// request by which it is asked for.
func (k *Kit) numberForNew(ctx context.Context, tx Tx, doc document.Document, but string, now time.Time) (string, error) {
	all, err := k.numbersNext(ctx, tx, doc, but, now)
	for _, next := range all {
		if next.Number != "" {
			return next.Number, err
		}
	}
	return "", err
}

// NextNumber is what a new document would be called by one of the rules.
type NextNumber struct {
	Rule    string // id of the row
	Pattern string
	Level   int
	Number  string // "" where the rule needs a unit and none is given
	Given   bool   // no other number may be typed
}

// numbersNext are the next numbers for a document, by each of the rules that hold for it.
func (k *Kit) numbersNext(ctx context.Context, tx Tx, doc document.Document, but string, now time.Time) ([]NextNumber, error) {
	rules, err := k.numberRules(ctx, tx, doc.Level, doc.Unit, now)
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	used, err := k.numbersUsed(ctx, tx, but)
	if err != nil {
		return nil, err
	}
	day := calendar.DateOf(now.In(k.location))
	var out []NextNumber
	for _, r := range rules {
		out = append(out, NextNumber{
			Rule: r.id, Pattern: r.pattern.String(), Level: doc.Level, Given: r.typed == typedNone, Number: r.nextNumber(used, day, doc.Level, doc.Unit),
		})
	}
	return out, nil
}

// NextNumbers are what a new document of a level would be called by each of the house's rules,
// the one made for its unit first; unit "" is for one that nobody owns yet. Nothing is reserved:
// whoever files a document without a number, or sends the request for one, gets what is next then.
func (l DocumentLists) NextNumbers(ctx context.Context, actor Actor, level int, unit string) (out []NextNumber, err error) {
	l.k = l.k.once()
	k := l.k
	now := k.moment()
	if !actor.system {
		if _, err := k.person(ctx, actor.Person, now); err != nil {
			return nil, err
		}
	}
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		next, err := k.numbersNext(ctx, tx, document.Document{Level: level, Unit: unit}, "", now)
		out = next
		return err
	})
	return out, err
}

// asking is a document whose number is asked about: the request by which it is asked for, if any, and
// the number under which that was sent before.
type asking struct {
	doc      document.Document
	isNew    bool
	but, own string
}

// numberUnfit says what is wrong with a number that was typed for a document, nil where it is as
// the house numbers its documents. must says that it can't be kept.
func (k *Kit) numberUnfit(ctx context.Context, tx Tx, a asking, now time.Time) (unfit *document.Refusal, must bool, err error) {
	doc, number, isNew := a.doc, a.doc.Number, a.isNew
	rules, err := k.numberRules(ctx, tx, doc.Level, doc.Unit, now)
	if err != nil || len(rules) == 0 || number == "" {
		return nil, false, err
	}
	next, err := k.numbersNext(ctx, tx, doc, a.but, now)
	if err != nil {
		return nil, false, err
	}
	proposal := ""
	its := func(i int) bool {
		return document.SameNumber(number, next[i].Number) || a.own != "" && document.SameNumber(number, a.own)
	}
	if giver := slices.IndexFunc(next, func(n NextNumber) bool { return n.Number != "" }); giver >= 0 {
		proposal = next[giver].Number
		if r := rules[giver]; isNew && r.typed == typedNone && !its(giver) { // whatever others would take
			return document.RefuseNumber(document.NumberGiven, number, r.pattern.String(), proposal), true, nil
		}
	}
	for i, r := range rules {
		given := isNew && r.typed == typedNone && !its(i)
		if !given && r.pattern.Fits(document.TypedNumber(number), r.parts(doc.Level, doc.Unit)) {
			return nil, false, nil
		}
	}
	first, code := rules[0], document.NumberMust
	switch {
	case first.typed == typedTold:
		code = document.NumberTold
	case first.typed == typedNone && isNew:
		code = document.NumberGiven
	}
	return document.RefuseNumber(code, number, first.pattern.String(), proposal), code != document.NumberTold, nil
}

// numbered is a filing with its number: a new document without one gets the next. unfit says what
// is wrong with a number that a person typed; asked is the request that asks for it, as far as he may know.
func (d Documents) numbered(ctx context.Context, c controlling, actor Actor, f Filing, asked string) (Filing, document.Refusals, error) {
	old, found, err := c.Documents().Document(ctx, f.Document.ID)
	if err != nil {
		return f, nil, err
	}
	now := d.k.moment()
	if !found && f.Document.Number == "" {
		f.Document.Number, err = d.k.numberForNew(ctx, c, f.Document, "", now)
		return f, nil, err
	}
	if actor.system || f.Document.Number == "" || found && document.SameNumber(f.Document.Number, old.Number) {
		return f, nil, nil
	}
	others, err := d.k.changesUnderWay(ctx, c, changedThing{number: f.Document.Number}, "")
	if err != nil {
		return f, nil, err
	}
	if len(others) > 0 {
		return f, document.Refusals{document.RefuseAsked(f.Document.Number, asked)}, nil
	}
	unfit, must, err := d.k.numberUnfit(ctx, c, asking{doc: f.Document, isNew: !found}, now)
	if err != nil || unfit == nil || f.NumberAnyway && !must {
		return f, nil, err
	}
	return f, document.Refusals{unfit}, nil
}

// numberAsked is the number of a request on its way for a new document of a number, "" for none and for who may
// not know it. It is asked before a filing is written: within a transaction no case can be read.
func (d Documents) numberAsked(ctx context.Context, actor Actor, number string) (request string, err error) {
	if actor.system || number == "" {
		return "", nil
	}
	var others []CaseRow
	err = d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := d.k.changesUnderWay(ctx, tx, changedThing{number: number}, "")
		others = found
		return err
	})
	for _, other := range others {
		if request == "" && err == nil {
			request, err = d.k.numberFor(ctx, actor, other, d.k.moment())
		}
	}
	return request, err
}

// numberGone says whether a request was refused because its number has gone to another.
func numberGone(faults forms.Invalid) bool {
	return slices.ContainsFunc(faults, func(f forms.Fault) bool {
		return f.Field == ChangeNumber && slices.Contains([]string{"change.twice", "number_taken", "number_kept"}, f.Code)
	})
}
