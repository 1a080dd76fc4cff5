package forms

// rangeType is a range of another type, both ends included. The rules and parameters of that type hold for both ends.
type rangeType[T comparable] struct {
	name    string
	of      Type
	compare func(a, b T) int
}

func (t rangeType[T]) Name() string { return t.name }

func (t rangeType[T]) Compile(f Field, r Report) Input {
	of := t.of.Compile(f, r)
	if of == nil {
		return nil
	}
	return rangeInput[T]{of, t.compare}
}

type rangeInput[T comparable] struct {
	of      Input
	compare func(a, b T) int
}

func (t rangeInput[T]) Decode(in any) (any, *Fault) {
	object, ok := in.(map[string]any)
	if !ok {
		return nil, fault("type", "want", "range")
	}
	for _, key := range sortedKeys(object) {
		if key != "from" && key != "to" {
			return nil, fault("unknown_part", "key", key).part(key)
		}
	}
	return t.halves(func(part string) (any, *Fault) {
		if object[part] == nil {
			return nil, nil
		}
		return t.of.Decode(object[part])
	})
}

func (t rangeInput[T]) Parse(p Post) (any, *Fault) {
	return t.halves(func(part string) (any, *Fault) { return t.of.Parse(p.Part(part)) })
}

func (t rangeInput[T]) halves(read func(part string) (any, *Fault)) (any, *Fault) {
	from, bad := read("from")
	if bad != nil {
		return nil, bad.part("from")
	}
	to, bad := read("to")
	if bad != nil {
		return nil, bad.part("to")
	}
	if from == nil && to == nil {
		return nil, nil
	}
	out := Range[T]{NoFrom: from == nil, NoTo: to == nil}
	out.From, _ = from.(T)
	out.To, _ = to.(T)
	return out, nil
}

func (t rangeInput[T]) Check(ctx *CheckContext, v any) *Fault {
	r, ok := v.(Range[T])
	if !ok {
		return fault("type", "want", "range")
	}
	switch {
	case r.NoFrom && !ctx.Draft:
		return fault("range_from").part("from")
	case r.NoTo && !ctx.Draft:
		return fault("range_to").part("to")
	}
	if !r.NoFrom {
		if bad := t.of.Check(ctx, r.From); bad != nil {
			return bad.part("from")
		}
	}
	if !r.NoTo {
		if bad := t.of.Check(ctx, r.To); bad != nil {
			return bad.part("to")
		}
	}
	if !r.NoFrom && !r.NoTo && t.compare(r.From, r.To) > 0 {
		return fault("range_order").part("to")
	}
	return nil
}

func (t rangeInput[T]) Canonical(v any) any {
	r, _ := v.(Range[T])
	out := map[string]any{}
	if !r.NoFrom {
		out["from"] = t.of.Canonical(r.From)
	}
	if !r.NoTo {
		out["to"] = t.of.Canonical(r.To)
	}
	return out
}

func (t rangeInput[T]) Format(v any, in Locale) string {
	r, _ := v.(Range[T])
	from, to := "", ""
	if !r.NoFrom {
		from = t.of.Format(r.From, in)
	}
	if !r.NoTo {
		to = t.of.Format(r.To, in)
	}
	if from == to {
		return from
	}
	return say(in.Lang, "show_range", map[string]any{"from": from, "to": to}, nil)
}

func (t rangeInput[T]) Text(v any, in Locale, put func(part, text string)) {
	r, _ := v.(Range[T])
	if !r.NoFrom {
		putText(t.of, r.From, in, within("from", put))
	}
	if !r.NoTo {
		putText(t.of, r.To, in, within("to", put))
	}
}

// putText puts what would be typed for v: as the input says, or else its canonical string.
func putText(of Input, v any, in Locale, put func(part, text string)) {
	if t, ok := of.(Texter); ok {
		t.Text(v, in, put)
	} else if s, ok := of.Canonical(v).(string); ok {
		put("", s)
	}
}

func within(name string, put func(part, text string)) func(part, text string) {
	return func(part, text string) {
		if part != "" {
			part = "." + part
		}
		put(name+part, text)
	}
}

func (t rangeInput[T]) Shape() Shape {
	end := shapeOf(t.of)
	return Shape{Kind: KindRecord, Parts: map[string]Shape{"from": end, "to": end}}
}

func (t rangeInput[T]) Part(v any, name string) any {
	r, ok := v.(Range[T])
	switch {
	case ok && name == "from" && !r.NoFrom:
		return partOf(t.of, r.From)
	case ok && name == "to" && !r.NoTo:
		return partOf(t.of, r.To)
	}
	return nil
}

func (t rangeInput[T]) needsToday() bool { return dependsOnToday(t.of) }

// dependsOnToday reports whether the rules of an input mean another thing every day.
func dependsOnToday(in Input) bool {
	d, ok := in.(interface{ needsToday() bool })
	return ok && d.needsToday()
}
