package ismskit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// The numbers of documents follow rules that the house keeps in a list (文件編號規則). There is no
// counter beside the documents: the next number is one more than the highest that is or was used,
// or that a request on its way asks for, and whoever takes one does so alone.

// Parts of a pattern of documents' numbers besides the day; unitPart is the third.
const (
	levelPart  = "level"
	systemPart = "system"
)

// What a rule says of numbers that are typed (field typed).
const (
	typedTold = "told" // one that doesn't fit is told and may be kept
	typedFits = "fits" // one that doesn't fit is refused
	typedNone = "none" // the system gives them
)

// numberRule is a row of the list.
type numberRule struct {
	id      string
	level   int // 0 for every level
	unit    string
	pattern forms.Pattern
	system  string
	levels  []string // how they are written
	typed   string
}

// numberRuleOf reads a row; the error is a forms.Problem, or a plain one of the levels' codes.
func numberRuleOf(id string, cells register.Cells) (numberRule, error) {
	r := numberRule{
		id: id, level: levelOf(cells.Text("level")), unit: cells.ID("unit"), system: cells.Text("system"),
		typed: cmp.Or(cells.Text("typed"), typedTold), levels: []string{"01", "02", "03", "04"},
	}
	if codes := cells.Text("levels"); codes != "" {
		r.levels = strings.Split(strings.NewReplacer("，", ",", "、", ",", " ", "").Replace(codes), ",")
	}
	source := document.PlainNumber(cells.Text("pattern")) // as its numbers are kept
	pattern, err := forms.ParsePattern(source, nil)
	if err != nil {
		return r, err
	}
	switch cells.Text("again") {
	case "undated":
		pattern, err = forms.ParsePattern(source, pattern.Parts())
	case "never":
		pattern, err = forms.ParsePattern(source, []string{})
	}
	r.pattern = pattern
	return r, err
}

func (r numberRule) parts(level int, unit string) map[string]string {
	parts := map[string]string{unitPart: unit, systemPart: r.system}
	if level >= 1 && level <= len(r.levels) {
		parts[levelPart] = r.levels[level-1]
	}
	return parts
}

func (r numberRule) format(day calendar.Date, n int64, level int, unit string) (string, error) {
	number, err := r.pattern.Format(day, n, r.parts(level, unit))
	return document.TypedNumber(number), err
}

// holdsFor says whether documents of a level and a unit are numbered so.
func (r numberRule) holdsFor(level int, unit string) bool {
	return (r.level == 0 || r.level == level) && (r.unit == "" || r.unit == unit)
}

// numberRules are those for documents of a level and a unit, the one made for them first.
func (k *Kit) numberRules(ctx context.Context, tx Tx, level int, unit string, at time.Time) ([]numberRule, error) {
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.DocumentNumbers, At: at})
	if err != nil {
		return nil, err
	}
	var out []numberRule
	for _, row := range rows {
		cells, err := k.lists.Cells(row)
		if err != nil {
			return nil, err
		}
		rule, err := numberRuleOf(row.ID, cells)
		if err != nil {
			return nil, fmt.Errorf("ismskit: rule %s of documents' numbers: %w", row.ID, err)
		}
		if rule.holdsFor(level, unit) {
			out = append(out, rule)
		}
	}
	made := func(r numberRule) int { // for this unit, for this level
		n := 0
		if r.unit == "" {
			n += 2
		}
		if r.level == 0 {
			n++
		}
		return n
	}
	slices.SortStableFunc(out, func(a, b numberRule) int { return cmp.Or(made(a)-made(b), strings.Compare(a.id, b.id)) })
	return out, nil
}
