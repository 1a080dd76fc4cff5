package forms

import "slices"

// checklistType is a list of items (options), each with an answer and a remark. Required means that every item has an
// answer. Parameters: answers (default yes, no, na), remark_when (the answers that need a remark; default no).
//
// In JSON: {"backup":{"answer":"yes"},"plan":{"answer":"no","remark":"…"}}.
type checklistType struct{}

func (checklistType) Name() string { return "checklist" }

type checklistParams struct {
	Answers    []Option `json:"answers"`
	RemarkWhen []string `json:"remark_when"`
}

func standardAnswers() checklistParams {
	return checklistParams{[]Option{
		{Key: "yes", Label: Text{"zh-TW": "符合", "en": "Yes"}},
		{Key: "no", Label: Text{"zh-TW": "不符合", "en": "No"}},
		{Key: "na", Label: Text{"zh-TW": "不適用", "en": "Not applicable"}}}, []string{"no"}}
}

func (checklistType) Compile(f Field, r Report) Input {
	var p checklistParams
	r.Params(f.Params, &p)
	if p.Answers == nil {
		standard := standardAnswers()
		p.Answers = standard.Answers
		if p.RemarkWhen == nil {
			p.RemarkWhen = standard.RemarkWhen
		}
	}
	in := checklistInput{items: compileOptions(f, r), answers: options{list: p.Answers, by: map[string]int{}},
		remark: p.RemarkWhen, all: f.Required}
	checkOptionList(p.Answers, r, "params.answers", in.answers.by)
	for i, key := range p.RemarkWhen {
		if !in.answers.has(key) {
			r.Index("params.remark_when", i).Problem("no_such_answer", "value", key)
		}
	}
	for i, item := range f.Options {
		if !validKey(item.Key) {
			r.Index("options", i).At("key").Problem("key")
		}
	}
	return in
}

type checklistInput struct {
	items, answers options
	remark         []string
	all            bool
}

func (t checklistInput) Decode(in any) (any, *Fault) {
	object, ok := in.(map[string]any)
	if !ok {
		return nil, fault("type", "want", "checklist")
	}
	for _, key := range sortedKeys(object) {
		if !t.items.has(key) {
			return nil, fault("unknown_part", "key", key).part(key)
		}
	}
	return t.gather(func(item string) (Mark, *Fault) {
		if object[item] == nil {
			return Mark{}, nil
		}
		answer, ok := object[item].(map[string]any)
		if !ok {
			return Mark{}, fault("type", "want", "checklist")
		}
		return decodeMark(answer)
	})
}

func decodeMark(object map[string]any) (Mark, *Fault) {
	var m Mark
	var bad *Fault
	for _, key := range sortedKeys(object) {
		switch key {
		case "answer":
			m.Answer, bad = textPart(object[key])
		case "remark":
			m.Remark, bad = textPart(object[key])
		default:
			bad = fault("unknown_part", "key", key)
		}
		if bad != nil {
			return Mark{}, bad
		}
	}
	return m, nil
}

func (t checklistInput) Parse(p Post) (any, *Fault) {
	return t.gather(func(item string) (Mark, *Fault) {
		at := p.Part(item)
		remark, code := clean(at.Text("remark"), false)
		if code != "" {
			return Mark{}, fault(code)
		}
		return Mark{Answer: at.Text("answer"), Remark: remark}, nil
	})
}

func (t checklistInput) gather(read func(item string) (Mark, *Fault)) (any, *Fault) {
	var marks []Mark
	for _, item := range t.items.list {
		m, bad := read(item.Key)
		if bad != nil {
			return nil, bad.part(item.Key)
		}
		if m != (Mark{}) {
			m.Item = item.Key
			marks = append(marks, m)
		}
	}
	if len(marks) == 0 {
		return nil, nil
	}
	return marks, nil
}

func (t checklistInput) Check(ctx *CheckContext, v any) *Fault {
	marks, ok := v.([]Mark)
	if !ok {
		return fault("type", "want", "checklist")
	}
	last := -1
	for _, m := range marks {
		at, known := t.items.by[m.Item]
		if !known || at <= last {
			return fault("checklist_item").part(m.Item)
		}
		last = at
		if bad := t.checkMark(ctx, m); bad != nil {
			bad.Params["item"] = t.items.list[at].Label
			return bad.part(m.Item)
		}
	}
	if t.all && !ctx.Draft && len(marks) < len(t.items.list) {
		for i, item := range t.items.list {
			if i >= len(marks) || marks[i].Item != item.Key {
				return fault("checklist_answer", "item", item.Label).part(item.Key)
			}
		}
	}
	return nil
}

func (t checklistInput) checkMark(ctx *CheckContext, m Mark) *Fault {
	n, code := kept(m.Remark, false)
	switch {
	case code != "":
		return fault(code, "item", "")
	case n > DefaultText:
		return fault("too_long", "max", DefaultText, "length", n)
	case m.Answer == "" && ctx.Draft:
		return nil
	case m.Answer == "":
		return fault("checklist_answer", "item", "")
	case !t.answers.has(m.Answer):
		return fault("no_such_option", "item", "")
	case m.Remark == "" && !ctx.Draft && slices.Contains(t.remark, m.Answer):
		return fault("checklist_remark", "answer", t.answers.list[t.answers.by[m.Answer]].Label)
	}
	return nil
}

func (t checklistInput) Canonical(v any) any {
	marks, _ := v.([]Mark)
	out := make(map[string]any, len(marks))
	for _, m := range marks {
		mark := map[string]any{}
		if m.Answer != "" {
			mark["answer"] = m.Answer
		}
		if m.Remark != "" {
			mark["remark"] = m.Remark
		}
		out[m.Item] = mark
	}
	return out
}

func (t checklistInput) Format(v any, in Locale) string {
	marks, _ := v.([]Mark)
	texts := make([]string, len(marks))
	for i, m := range marks {
		code := "show_mark"
		if m.Remark != "" {
			code = "show_mark_remark"
		}
		texts[i] = say(in.Lang, code, map[string]any{"item": t.items.label(m.Item, in),
			"answer": t.answers.label(m.Answer, in), "remark": m.Remark}, nil)
	}
	return joined(texts, in)
}

func (t checklistInput) Text(v any, _ Locale, put func(part, text string)) {
	marks, _ := v.([]Mark)
	for _, m := range marks {
		if m.Answer != "" {
			put(m.Item+".answer", m.Answer)
		}
		if m.Remark != "" {
			put(m.Item+".remark", m.Remark)
		}
	}
}

// Shape: in expressions each item is its answer (checks.backup == 'yes').
func (t checklistInput) Shape() Shape {
	parts := make(map[string]Shape, len(t.items.list))
	for _, item := range t.items.list {
		parts[item.Key] = Shape{Kind: KindText, Options: t.answers.by}
	}
	return Shape{Kind: KindRecord, Parts: parts}
}

func (t checklistInput) Part(v any, name string) any {
	marks, _ := v.([]Mark)
	for _, m := range marks {
		if m.Item == name {
			return m.Answer
		}
	}
	return nil
}
