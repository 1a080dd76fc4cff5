package ismskit

import (
	"context"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
)

// highest is the highest class of the lines. One that could not be read counts as the highest there is.
func (c *checkingIntake) highest() (class string) {
	scale := c.i.k.classes()
	for _, line := range c.lines {
		class = scale.higher(class, textOf(line.values, intakeClass))
		if line.wrongAt(intakeClass) {
			class = scale.highest()
		}
	}
	return class
}

// common is the category of all lines, if whoever reads it, or heads the unit, reads every one of
// them; "" else.
func (c *checkingIntake) common(unit string) (category string) {
	for at, line := range c.lines {
		ref, _ := line.values[intakeCategory].(forms.Ref)
		only, _ := line.values["only"].(bool)
		if ref.ID == "" || at > 0 && ref.ID != category || only || line.What == intakeControlled ||
			line.Unit != "" && line.Unit != unit || line.wrongAt(intakeWhat) || line.wrongAt("only") || line.wrongAt(intakeCategory) || line.wrongAt(intakeUnit) {
			return ""
		}
		category = ref.ID
	}
	return category
}

func (l *intakeLine) wrong(field, code string) { l.wrongWith(field, code, nil) }

func (l *intakeLine) wrongWith(field, code string, params map[string]string) {
	l.State = IntakeWrong
	l.fault(field, code, params)
}

// nameKept says in which record a file is kept already, where whoever asks may read that record now.
func (i Intake) nameKept(ctx context.Context, mine record.Query, lines []*intakeLine) error {
	var ids []string
	for _, line := range lines {
		for _, f := range line.Flags {
			if f.Kept != "" && !slices.Contains(ids, f.Kept) {
				ids = append(ids, f.Kept)
			}
		}
	}
	found, err := i.k.recordsOf(ctx, mine, ids)
	if err != nil {
		return err
	}
	for _, line := range lines {
		for n, f := range line.Flags {
			if f.Code != intakeFileKept {
				continue
			}
			rec, may := found[f.Kept]
			line.Flags[n].Text = sayAll(intakeFileKept, func(string) map[string]string { return nil })
			if line.Flags[n].Kept = rec.ID; may {
				line.Flags[n].Text = saidOf("intake.file_kept_in", i.k.recordCalled(rec))
			}
		}
	}
	return nil
}

// hide leaves out of an import what a reader who did not bring it may not read in the archive: he sees
// that there are lines, where they stand and what became of them.
func (i Intake) hide(ctx context.Context, mine record.Query, lines []*intakeLine) error {
	var ids []string
	for _, line := range lines {
		if line.Record != "" {
			ids = append(ids, line.Record)
		}
	}
	reads, err := i.k.recordsOf(ctx, mine, ids)
	if err != nil {
		return err
	}
	for _, line := range lines {
		// They name the other line, or tell of another record.
		line.Flags = slices.DeleteFunc(line.Flags, func(f intakeFault) bool {
			return f.Code == "intake.number_twice" || f.Code == intakeFileKept && f.Kept == ""
		})
		if _, may := reads[line.Record]; may {
			continue
		}
		line.Number, line.Title, line.Record, line.Flags = "", "", "", nil
		for n, f := range line.Faults {
			line.Faults[n] = intakeFault{Cell: f.Cell, Field: f.Field, Code: "intake.hidden", Text: sayAll("intake.hidden", func(string) map[string]string { return nil })}
		}
	}
	return nil
}
