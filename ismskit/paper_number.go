package ismskit

import (
	"context"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
)

// paperNumberFaults says why an entry cannot have the number that stands on its paper.
func (k *Kit) paperNumberFaults(ctx context.Context, actor Actor, c caseInHand, now time.Time) (forms.Invalid, error) {
	number, _ := c.values[paperNumber].(string)
	number = strings.TrimSpace(number)
	if number == "" {
		return nil, nil
	}
	code := ""
	if c.row.Number != "" {
		if c.row.Number != number {
			code = "paper.number_kept"
		}
	} else {
		n, found, err := k.reservedNumber(ctx, number)
		if err != nil {
			return nil, err
		}
		if code, err = k.notFree(ctx, actor, c.kind, number, n, found, now); err != nil {
			return nil, err
		}
	}
	if code == "" {
		return nil, nil
	}
	return c.kind.numberFault(code, map[string]string{"number": number, "kept": c.row.Number}), nil
}

func (kind *kind) numberFault(code string, params map[string]string) forms.Invalid {
	info, _ := kind.form.Field(paperNumber)
	return forms.Invalid{{Field: paperNumber, Code: code, Label: info.Label, Text: sayAll(code, func(string) map[string]string { return params })}}
}

// notFree is why no paper can be entered under a number: it is void, or used, or that of a case
// that did not go on on paper; "" where one can. Whoever may not read such a case is told what he is
// told of a number that nobody has.
func (k *Kit) notFree(ctx context.Context, actor Actor, paper *kind, number string, n ReservedNumber, found bool, now time.Time) (string, error) {
	if found && n.Type == paper.PaperOf {
		if n.State == NumberFree {
			return "", nil
		}
		return "paper.number_" + n.State, nil
	}
	rows, err := k.casesNumbered(ctx, number)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if row.Type != paper.PaperOf || row.Parent != "" {
			continue
		}
		c, ok, err := k.readable(ctx, actor, row.ID, now)
		switch {
		case err != nil:
			return "", err
		case ok && c.row.Closed.IsZero():
			return "paper.number_running", nil
		case ok:
			return "paper.number_ended", nil
		}
	}
	return "paper.number_unknown", nil
}
