package forms

import (
	"strings"
)

// choiceType is one of several options. The options are the field's own, or belong to a register row (OptionsFrom).
type choiceType struct{}

func (choiceType) Name() string { return "choice" }

func (choiceType) Compile(f Field, r Report) Input {
	r.Params(f.Params, &struct{}{})
	return choiceInput{compileOptions(f, r)}
}

// options are the fixed options of a field; open means that a register row owns them.
type options struct {
	list []Option
	by   map[string]int
	open bool
}

const maxOptionKey = 100

func compileOptions(f Field, r Report) options {
	o := options{list: f.Options, by: make(map[string]int, len(f.Options)), open: f.OptionsFrom != nil}
	if o.open == (len(f.Options) > 0) {
		r.At("options").Problem("options_one_source")
	}
	checkOptionList(f.Options, r, "options", o.by)
	return o
}

func checkOptionList(list []Option, r Report, member string, by map[string]int) {
	if len(list) > MaxOptions {
		r.At(member).Problem("bound", "max", MaxOptions)
	}
	for i, option := range list {
		at := r.Index(member, i)
		if _, code := kept(option.Key, false); code != "" || option.Key == "" || len(option.Key) > maxOptionKey {
			at.At("key").Problem("option_key")
		}
		if _, twice := by[option.Key]; twice {
			at.At("key").Problem("option_twice", "key", option.Key)
		}
		if option.Label.In("zh-TW") == "" {
			at.At("label").Problem("label_missing")
		}
		by[option.Key] = i
	}
}

func (o options) has(key string) bool { _, ok := o.by[key]; return ok }

func (o options) label(key string, in Locale) string {
	if i, ok := o.by[key]; ok {
		return o.list[i].Label.In(in.Lang)
	}
	return key
}

type choiceInput struct{ options }

func (choiceInput) Decode(in any) (any, *Fault) { return decodeText(in, false) }

func (choiceInput) Parse(p Post) (any, *Fault) { return decodeText(p.Text(""), false) }

func (t choiceInput) Check(_ *CheckContext, v any) *Fault {
	s, ok := v.(string)
	if !ok {
		return fault("type", "want", "text")
	}
	return t.check(s)
}

func (o options) check(key string) *Fault {
	if o.open {
		if n, code := kept(key, false); code != "" || n > maxOptionKey {
			return fault("no_such_option")
		}
		return nil
	}
	if !o.has(key) {
		return fault("no_such_option")
	}
	return nil
}

func (t choiceInput) Canonical(v any) any      { return v }
func (t choiceInput) Part(v any, _ string) any { return v }
func (t choiceInput) Shape() Shape             { return t.options.shape() }

func (o options) shape() Shape {
	if o.open {
		return Shape{Kind: KindText}
	}
	return Shape{Kind: KindText, Options: o.by}
}

func (t choiceInput) Format(v any, in Locale) string {
	s, _ := v.(string)
	return t.label(s, in)
}

// multiChoiceType is any number of several options, kept in the order of the options. Rules: min_length, max_length (how
// many).
type multiChoiceType struct{}

func (multiChoiceType) Name() string { return "multi_choice" }

func (multiChoiceType) Compile(f Field, r Report) Input {
	r.Params(f.Params, &struct{}{})
	checkLengths(f, r, MaxItems)
	return multiChoiceInput{compileOptions(f, r), f.MinLength, f.MaxLength}
}

type multiChoiceInput struct {
	options
	min, max int
}

func (t multiChoiceInput) Decode(in any) (any, *Fault) {
	list, ok := in.([]any)
	if !ok {
		return nil, fault("type", "want", "list")
	}
	if len(list) > MaxItems {
		return nil, fault("too_many", "max", MaxItems)
	}
	keys := make([]string, 0, len(list))
	for _, item := range list {
		key, bad := textPart(item)
		if bad != nil {
			return nil, bad
		}
		if key != "" {
			keys = append(keys, key)
		}
	}
	return t.sorted(keys), nil
}

func (t multiChoiceInput) Parse(p Post) (any, *Fault) {
	typed := p.All("")
	if len(typed) > MaxItems {
		return nil, fault("too_many", "max", MaxItems)
	}
	keys := make([]string, 0, len(typed))
	for _, s := range typed {
		key, code := clean(s, false)
		if code != "" {
			return nil, fault(code)
		}
		keys = append(keys, key)
	}
	return t.sorted(keys), nil
}

// sorted puts chosen keys into the order of the options, so that ticking in another order is the same answer.
func (t multiChoiceInput) sorted(keys []string) any {
	if len(keys) == 0 {
		return nil
	}
	out := make([]string, 0, len(keys))
	if t.open {
		return keys
	}
	for _, option := range t.list {
		for _, key := range keys {
			if key == option.Key {
				out = append(out, key)
			}
		}
	}
	for _, key := range keys {
		if !t.has(key) { // kept, so that Check can say that there is no such option
			out = append(out, key)
		}
	}
	return out
}

func (t multiChoiceInput) Check(ctx *CheckContext, v any) *Fault {
	keys, ok := v.([]string)
	switch {
	case !ok:
		return fault("type", "want", "list")
	case len(keys) > MaxItems:
		return fault("too_many", "max", MaxItems)
	case t.max > 0 && len(keys) > t.max:
		return fault("too_many", "max", t.max)
	case len(keys) < t.min && !ctx.Draft:
		return fault("too_few", "min", t.min)
	}
	for i, key := range keys {
		if bad := t.check(key); bad != nil {
			return bad
		}
		for _, before := range keys[:i] {
			if before == key {
				return fault("chosen_twice", "value", t.label(key, Locale{}))
			}
		}
	}
	return nil
}

func (t multiChoiceInput) Canonical(v any) any {
	keys, _ := v.([]string)
	out := make([]any, len(keys))
	for i, key := range keys {
		out[i] = key
	}
	return out
}

func (t multiChoiceInput) Format(v any, in Locale) string {
	keys, _ := v.([]string)
	labels := make([]string, len(keys))
	for i, key := range keys {
		labels[i] = t.label(key, in)
	}
	return joined(labels, in)
}

func joined(items []string, in Locale) string {
	return strings.Join(items, say(in.Lang, "list", nil, nil))
}

func (t multiChoiceInput) Text(v any, _ Locale, put func(part, text string)) {
	keys, _ := v.([]string)
	for _, key := range keys {
		put("", key)
	}
}

func (t multiChoiceInput) Shape() Shape {
	of := t.options.shape()
	return Shape{Kind: KindList, Of: &of}
}

func (t multiChoiceInput) Part(v any, _ string) any { return v }
