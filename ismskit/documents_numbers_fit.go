package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

// numberRuleFits refuses a rule by which no number could be given, and one that is there already for
// the same documents at the same time.
func (k *Kit) numberRuleFits(ctx context.Context, tx Tx, old, row register.Row) error {
	cells, err := k.lists.Cells(row)
	if err != nil {
		return err
	}
	form, _ := k.lists.Form(register.DocumentNumbers)
	fault := func(field, key string) error {
		info, _ := form.Field(field)
		return forms.Invalid{{Field: field, Code: key, Label: info.Label, Text: sayAll(key, func(string) map[string]string { return nil })}}
	}
	rule, err := numberRuleOf(row.ID, cells)
	if err != nil {
		return fault("pattern", "numbering.pattern")
	}
	for _, part := range rule.pattern.Parts() {
		if !slices.Contains([]string{levelPart, systemPart, unitPart}, part) {
			return fault("pattern", "numbering.pattern")
		}
	}
	if len(rule.levels) != 4 {
		return fault("levels", "numbering.levels")
	}
	for level := 1; level <= 4; level++ {
		if _, err := rule.format(calendar.Date{Year: 2026, Month: 1, Day: 1}, 1, level, "U"); err != nil {
			if rule.system == "" && slices.Contains(rule.pattern.Parts(), systemPart) {
				return fault("system", "numbering.system")
			}
			return fault("levels", "numbering.levels")
		}
	}
	return k.numberRuleOnce(ctx, tx, old, row, rule)
}

// numberRuleOnce refuses what another row says already. What stands so, and goes on no longer than it
// did, is no new mistake: by its end it is mended.
func (k *Kit) numberRuleOnce(ctx context.Context, tx Tx, old, row register.Row, rule numberRule) error {
	if old.Revision > 0 {
		cells, err := k.lists.Cells(old)
		if err != nil {
			return err
		}
		was, err := numberRuleOf(old.ID, cells)
		if err == nil && was.same(rule) && !row.From.Before(old.From) && (old.To.IsZero() || !row.To.IsZero() && !row.To.After(old.To)) {
			return nil
		}
	}
	if err := alone(ctx, tx, aloneNumberRules); err != nil {
		return err
	}
	rows, err := tx.Registers().Rows(ctx, register.Query{List: register.DocumentNumbers})
	if err != nil {
		return err
	}
	for _, other := range rows {
		if other.ID == row.ID || !other.To.IsZero() && !row.From.Before(other.To) || !row.To.IsZero() && !other.From.Before(row.To) {
			continue
		}
		cells, err := k.lists.Cells(other)
		if err != nil {
			return err
		}
		its, err := numberRuleOf(other.ID, cells)
		if err != nil || !its.same(rule) {
			continue // one that gives no number is nobody's twin
		}
		form, _ := k.lists.Form(register.DocumentNumbers)
		info, _ := form.Field("pattern")
		return forms.Invalid{{Field: "pattern", Code: "numbering.twice", Label: info.Label, Text: sayAll("numbering.twice", func(string) map[string]string {
			return map[string]string{"pattern": rule.pattern.String()}
		})}}
	}
	return nil
}

// same says whether two rules give the same numbers to the same documents.
func (r numberRule) same(other numberRule) bool {
	if r.level != other.level || r.unit != other.unit || !document.SameNumber(r.pattern.String(), other.pattern.String()) {
		return false
	}
	parts := r.pattern.Parts()
	return (!slices.Contains(parts, systemPart) || document.SameNumber(r.system, other.system)) && (!slices.Contains(parts, levelPart) || slices.Equal(r.levels, other.levels))
}
