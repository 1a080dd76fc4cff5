package forms

// manyType is a list of another type (refs, files, persons). Rules: min_length, max_length (how many); parameters as of
// that type.
type manyType[T comparable] struct {
	name string
	of   Type
}

func (t manyType[T]) Name() string { return t.name }

func (t manyType[T]) Compile(f Field, r Report) Input {
	checkLengths(f, r, MaxItems)
	of := t.of.Compile(f, r)
	if of == nil {
		return nil
	}
	return manyInput[T]{of, f.MinLength, f.MaxLength}
}

type manyInput[T comparable] struct {
	of       Input
	min, max int
}

func (t manyInput[T]) Decode(in any) (any, *Fault) {
	list, ok := in.([]any)
	if !ok {
		return nil, fault("type", "want", "list")
	}
	return t.gather(len(list), func(i int) (any, *Fault) {
		if list[i] == nil {
			return nil, nil
		}
		return t.of.Decode(list[i])
	})
}

// Parse reads several texts under one name (ticked boxes, a list of ids), or numbered parts ("0", "1", …) where an item
// has parts of its own.
func (t manyInput[T]) Parse(p Post) (any, *Fault) {
	typed := p.All("")
	if len(typed) > 0 {
		return t.gather(len(typed), func(i int) (any, *Fault) {
			return t.of.Parse(Post{Posted{"": {typed[i]}}, "", p.location})
		})
	}
	numbers := p.all.numbers(p.name)
	return t.gather(len(numbers), func(i int) (any, *Fault) { return t.of.Parse(p.Part(numbers[i])) })
}

func (t manyInput[T]) gather(n int, read func(i int) (any, *Fault)) (any, *Fault) {
	if n > MaxItems {
		return nil, fault("too_many", "max", MaxItems)
	}
	var out []T
	for i := range n {
		v, bad := read(i)
		if bad != nil {
			return nil, bad
		}
		if item, ok := v.(T); ok {
			out = append(out, item)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func (t manyInput[T]) Check(ctx *CheckContext, v any) *Fault {
	list, ok := v.([]T)
	switch {
	case !ok:
		return fault("type", "want", "list")
	case len(list) > MaxItems:
		return fault("too_many", "max", MaxItems)
	case t.max > 0 && len(list) > t.max:
		return fault("too_many", "max", t.max)
	case len(list) < t.min && !ctx.Draft:
		return fault("too_few", "min", t.min)
	}
	for i, item := range list {
		if bad := t.of.Check(ctx, item); bad != nil {
			return bad
		}
		for _, before := range list[:i] {
			if t.same(before, item) {
				return fault("chosen_twice", "value", t.of.Format(item, Locale{}))
			}
		}
	}
	return nil
}

func (t manyInput[T]) same(a, b T) bool {
	if n, ok := t.of.(Naming); ok {
		return n.Same(a, b)
	}
	return a == b
}

func (t manyInput[T]) Canonical(v any) any {
	list, _ := v.([]T)
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = t.of.Canonical(item)
	}
	return out
}

func (t manyInput[T]) Format(v any, in Locale) string {
	list, _ := v.([]T)
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = t.of.Format(item, in)
	}
	return joined(texts, in)
}

func (t manyInput[T]) Text(v any, in Locale, put func(part, text string)) {
	list, _ := v.([]T)
	for i, item := range list {
		if _, whole := any(item).(Ref); whole {
			putText(t.of, item, in, put)
			continue
		}
		putText(t.of, item, in, within(number(i+1), put))
	}
}

func (t manyInput[T]) Needs(v any, need func(Need)) {
	n, ok := t.of.(Needing)
	if !ok {
		return
	}
	list, _ := v.([]T)
	for _, item := range list {
		n.Needs(item, need)
	}
}

func (t manyInput[T]) Named(v any, l Lookup) any {
	n, names := t.of.(Naming)
	list, ok := v.([]T)
	if !names || !ok {
		return v
	}
	out := make([]T, len(list))
	for i, item := range list {
		out[i], ok = n.Named(item, l).(T)
		if !ok {
			return v
		}
	}
	return out
}

func (t manyInput[T]) Same(a, b any) bool {
	p, _ := a.([]T)
	q, _ := b.([]T)
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if !t.same(p[i], q[i]) {
			return false
		}
	}
	return true
}

func (t manyInput[T]) Shape() Shape {
	of := shapeOf(t.of)
	of.read, _ = t.of.(Shaped)
	return Shape{Kind: KindList, Of: &of}
}

func (t manyInput[T]) Part(v any, _ string) any {
	list, ok := v.([]T)
	if !ok {
		return nil
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = partOf(t.of, item)
	}
	return out
}
