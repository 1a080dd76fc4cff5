package forms

import (
	"errors"
)

func (c *checking) rule(r *rule) {
	if c.ctx.Draft || r.today && !c.ruleCounts(r) {
		return
	}
	if r.when != nil {
		if applies, err := r.when.holds(c.top, nil, c.ctx.Today); err != nil || !applies {
			c.ruleFailed(r, err)
			return
		}
	}
	met, err := c.rowsMet(r)
	if err != nil || r.rows != nil && len(met) == 0 {
		c.ruleFailed(r, err)
		return
	}
	holds := false // without it the rows themselves are what the rule refuses
	if r.then != nil {
		holds, err = r.then.holds(c.top, nil, c.ctx.Today)
	}
	switch {
	case err != nil:
		c.ruleFailed(r, err)
	case holds:
	case r.at != nil:
		for _, n := range met {
			row := c.rowsOf(r)[n-1]
			c.fault(r.at, &Fault{Code: "rule", Part: r.part, Params: map[string]any{"rule": r.Key}, Text: naming(r.Message, c.rowNames(r, []int{n}))}, row, n)
		}
	default:
		c.fault(r.fields[0], &Fault{Code: "rule", Params: map[string]any{"rule": r.Key}, Text: naming(r.Message, c.rowNames(r, met))}, nil, 0)
	}
}

// rowsOf are the rows that a rule looks at.
func (c *checking) rowsOf(r *rule) []Row {
	rows, _ := c.top[r.rows.table.Key].([]Row)
	return rows
}

// rowNames are rows as messages call them.
func (c *checking) rowNames(r *rule, numbers []int) []Text {
	out := make([]Text, len(numbers))
	for i, n := range numbers {
		out[i] = rowName(n, r.rows.table.title(c.rowsOf(r)[n-1]))
	}
	return out
}

// rowsMet are the numbers of the rows that make the rule hold; a row that can't be judged doesn't.
func (c *checking) rowsMet(r *rule) ([]int, error) {
	if r.rows == nil {
		return nil, nil
	}
	var out []int
	for i, row := range c.rowsOf(r) {
		met, err := r.rows.holds(c.top, row, c.ctx.Today)
		var e *EvalError
		if errors.As(err, &e) && e.Code != "missing" {
			return nil, err
		}
		if met && err == nil {
			out = append(out, i+1)
		}
	}
	return out, nil
}

// ruleFailed reports a rule that could not be judged for another reason than an unanswered field.
func (c *checking) ruleFailed(r *rule, err error) {
	var e *EvalError
	if errors.As(err, &e) && e.Code != "missing" {
		c.fault(r.fields[0], fault("compute_"+e.Code), nil, 0)
	}
}

func (c *checking) ruleCounts(r *rule) bool {
	for _, fl := range r.fields {
		if c.ctx.Rights.edits(fl) {
			return true
		}
	}
	return false
}
