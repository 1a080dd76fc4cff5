package forms

import (
	"reflect"
	"slices"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Check applies every rule of the form to values and reports all that has to be mended, in the order of the form; nil when
// nothing has. Values must be settled (see Settle): a value for a field that isn't shown is a fault, and so is a computed
// value that isn't the one the engine computes.
//
// With ctx.Draft gaps are allowed, wrong values are not; with ctx.Keep they are too, as long as they can be kept. Faults at fields that the step hides are left out: whoever sits
// there can't mend them.
func (f *Form) Check(ctx CheckContext, v Values) Invalid {
	c := checking{form: f, ctx: &ctx, top: v, frame: frame{top: v}}
	known := 0
	for _, fl := range f.fields {
		known += c.field(fl, v, nil, 0)
	}
	if known < len(v) {
		for _, key := range sortedKeys(v) {
			if f.byKey[key] == nil {
				c.add(Fault{Code: "unknown_field", Params: map[string]any{"key": key}})
			}
		}
	}
	for i := range f.rules {
		c.rule(&f.rules[i])
	}
	return f.InOrder(unsaid(c.invalid))
}

// unsaid leaves out that an end lies before its beginning where a rule says of that very end what it may be: mended by the
// one sentence alone it would only be refused by the other.
func unsaid(invalid Invalid) Invalid {
	all := slices.Clone(invalid)
	return slices.DeleteFunc(invalid, func(f Fault) bool {
		return f.Code == "range_order" && slices.ContainsFunc(all, func(other Fault) bool {
			return other.Code == "rule" && other.Path() == f.Path()
		})
	})
}

type checking struct {
	form    *Form
	ctx     *CheckContext
	top     Values
	frame   frame // for conditions, used again and again
	invalid Invalid
}

func (c *checking) add(f Fault) {
	if c.ctx.Keep && f.mendable() {
		return
	}
	if len(c.invalid) < MaxFaults {
		c.invalid = append(c.invalid, f)
	}
}

func (c *checking) fault(fl *field, f *Fault, row Row, n int) {
	if !c.ctx.Rights.hides(fl) {
		c.add(fl.fault(f, n, row))
	}
}

// field checks one field of the form (row nil) or one cell, and counts 1 when there is a value.
func (c *checking) field(fl *field, of Values, row Row, n int) int {
	v, given := of[fl.Key]
	count := 0
	if given {
		count = 1
	}
	if !c.shown(fl, row) {
		if given {
			c.fault(fl, fault("not_shown"), row, n)
		}
		return count
	}
	if empty(v) {
		c.unanswered(fl, row, n)
		return count
	}
	if fl.isTable {
		c.table(fl, v)
		return count
	}
	if c.ctx.Keep {
		c.ownFiles(fl, v, row, n)
	}
	ctx := c.context(fl, row)
	bad := fl.input.Check(ctx, v)
	if bad != nil && ctx.Lookup != nil && c.stands(fl, v, row) {
		ctx = unasked(ctx)
		bad = fl.input.Check(ctx, v)
	}
	if bad != nil {
		c.fault(fl, bad, row, n)
		if f, ok := fl.input.(gapped); ok {
			if more := f.further(ctx, v, bad); more != nil {
				c.fault(fl, more, row, n)
			}
		}
		return count
	}
	c.withheld(fl, v, row, n)
	if fl.OptionsFrom != nil {
		c.ownedOptions(fl, v, row, n)
	}
	if fl.compute != nil {
		c.computed(fl, v, row, n)
	}
	return count
}

// gapped is an Input with parts that can be wrong or missing together: further is what is beside the first, so that
// both are reported at once.
type gapped interface {
	further(ctx *CheckContext, v any, first *Fault) *Fault
}

// ownFiles reports files that the Lookup doesn't know, for these not even a draft may name, whatever else is wrong beside
// them.
func (c *checking) ownFiles(fl *field, v any, row Row, n int) {
	files, _ := v.([]File)
	if one, ok := v.(File); ok {
		files = []File{one}
	}
	for _, f := range files {
		if c.ctx.Lookup == nil {
			return
		}
		if _, known := c.ctx.Lookup.Name(Need{Kind: NeedFile, ID: f.Digest}); !known {
			c.fault(fl, fault("file_gone", "name", f.Name), row, n)
			return
		}
	}
}

// context is the context for a field's own rules. What depends on today is judged only where the step can change it: a
// period that was fine when it was sent must not stop the handler a week later. Nor must what a file is called.
func (c *checking) context(fl *field, row Row) *CheckContext {
	fixed := !c.ctx.Rights.edits(fl)
	_, files := rulesOf(fl)
	if !files && !(fl.today && fixed) {
		return c.ctx
	}
	other := *c.ctx
	if fixed {
		other.Today = calendar.Date{}
	}
	if files {
		other.stays = c.stays(fl, row)
	}
	return &other
}

// shown reports whether the field belongs to the form as it is filled in. A condition that can't be told doesn't hold.
func (c *checking) shown(fl *field, row Row) bool {
	if fl.variant != "" && !fl.in(row) || fl.Fact != nil && !c.told(fl, row) {
		return false
	}
	if fl.show == nil {
		return true
	}
	yes, err := fl.show.holdsIn(&c.frame, row)
	return yes && err == nil
}

// told reports whether the register says what the field is to hold.
func (c *checking) told(fl *field, row Row) bool {
	of := c.top
	if fl.table != nil {
		of = row
	}
	return of[fl.Key] != nil
}

func (c *checking) unanswered(fl *field, row Row, n int) {
	if c.ctx.Draft || fl.system || !c.wanted(fl, row) {
		return
	}
	c.fault(fl, fault(fl.missing()), row, n)
}

func (c *checking) wanted(fl *field, row Row) bool {
	asked := c.ctx.Rights.reaches(row)
	if asked && c.ctx.Rights.requires(fl) {
		return true
	}
	if fl.Later && !(asked && c.ctx.Rights.names(fl)) {
		return false
	}
	if fl.Required || fl.MinRows > 0 {
		return true
	}
	if fl.require == nil {
		return false
	}
	yes, err := fl.require.holdsIn(&c.frame, row)
	return yes && err == nil
}

func (c *checking) computed(fl *field, v any, row Row, n int) {
	want, bad := compute(fl, c.top, row)
	if bad != nil {
		c.fault(fl, bad, row, n)
	} else if !reflect.DeepEqual(want, v) {
		c.fault(fl, fault("computed_differs"), row, n)
	}
}

// withheld reports what a field points at though the Lookup says that it may not.
func (c *checking) withheld(fl *field, v any, row Row, n int) {
	l, ok := c.ctx.Lookup.(Withholding)
	if !ok {
		return
	}
	var refs []Ref
	switch v := v.(type) {
	case Ref:
		refs = []Ref{v}
	case []Ref:
		refs = v
	}
	for _, ref := range refs {
		need := Need{Kind: NeedRef, List: ref.List, ID: ref.ID}
		if why, withheld := l.Withheld(fl.path, need); withheld {
			name, _ := c.ctx.Lookup.Name(need)
			c.fault(fl, &Fault{Code: "ref_withheld", Params: map[string]any{"value": name}, Text: why}, row, n)
			return
		}
	}
}

// ownedOptions holds chosen options against those that the register row owns.
func (c *checking) ownedOptions(fl *field, v any, row Row, n int) {
	need, ok := c.form.optionsNeed(fl, c.top, row)
	if !ok {
		from := c.form.beside(fl, fl.OptionsFrom.Of)
		c.fault(fl, fault("options_first", "of", from.Label), row, n)
		return
	}
	if c.ctx.Lookup == nil {
		return
	}
	owned, ok := c.ctx.Lookup.Options(need)
	if !ok {
		c.fault(fl, fault("no_such_option"), row, n)
		return
	}
	chosen := chosenIn(v)
	for _, key := range chosen {
		if !hasOption(owned, key) {
			c.fault(fl, fault("option_not_owned", "value", key), row, n)
			return
		}
		if fl.Later && !c.ctx.Rights.names(fl) { // it follows from something, and is not asked for
			continue
		}
		if why, refused := c.refused(need, key, row); refused {
			c.fault(fl, &Fault{Code: "option_refused", Params: map[string]any{"value": key}, Text: why}, row, n)
			return
		}
	}
	c.outlasting(fl, need, chosen, row, n)
}

// outlasting holds the periods beside chosen options against how long these may be asked for. The fault stands at the
// period, where it is mended.
func (c *checking) outlasting(fl *field, need Need, chosen []string, row Row, n int) {
	l, ok := c.ctx.Lookup.(Bounding)
	if !ok {
		return
	}
	beside, of := c.form.fields, c.top
	if row != nil {
		beside, of = fl.table.columns, row
	}
	for _, at := range beside {
		p, isPeriod := of[at.Key].(Period)
		if !isPeriod || !c.shown(at, row) {
			continue
		}
		for _, key := range chosen {
			if why, part, too := l.Outlasts(need, key, p); too {
				c.fault(at, &Fault{Code: "period_outlasts", Params: map[string]any{"value": key}, Part: part, Text: why}, row, n)
				break
			}
		}
	}
}

func (c *checking) refused(n Need, option string, row Row) (Text, bool) {
	l, ok := c.ctx.Lookup.(Refusing)
	if !ok {
		return nil, false
	}
	if row == nil {
		return l.Refused(n, option, c.top)
	}
	return l.Refused(n, option, row)
}

func hasOption(list []Option, key string) bool {
	for _, o := range list {
		if o.Key == key {
			return true
		}
	}
	return false
}

// optionsNeed is the question for the options of fl; false while the row that owns them isn't chosen.
func (f *Form) optionsNeed(fl *field, top Values, row Row) (Need, bool) {
	if need, rows := fl.OptionsFrom.Rows(); rows {
		return need, true
	}
	from := top
	of := f.beside(fl, fl.OptionsFrom.Of)
	if of.table != nil {
		from = row
	}
	ref, ok := from[of.Key].(Ref)
	return Need{Kind: NeedOptions, List: fl.OptionsFrom.Register, ID: ref.ID, Field: fl.OptionsFrom.List}, ok
}
