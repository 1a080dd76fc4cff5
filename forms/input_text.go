package forms

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
)

// textType is text of one line (text) or of several (long_text). Rules: min_length, max_length, pattern.
type textType struct {
	name  string
	lines bool
}

func (t textType) Name() string { return t.name }

func (t textType) Compile(f Field, r Report) Input {
	r.Params(f.Params, &struct{}{})
	in := textInput{lines: t.lines, min: f.MinLength, max: f.MaxLength, patternText: f.PatternText}
	limit, standard := MaxText, DefaultText
	if t.lines {
		limit, standard = MaxLongText, DefaultLong
	}
	if in.max == 0 {
		in.max = max(standard, min(in.min, limit))
	}
	checkLengths(f, r, limit)
	in.pattern = compilePattern(f.Pattern, r)
	return in
}

func checkLengths(f Field, r Report, limit int) {
	if f.MaxLength < 0 || f.MaxLength > limit {
		r.At("max_length").Problem("bound", "max", limit)
	}
	if f.MinLength < 0 || f.MinLength > limit || f.MaxLength > 0 && f.MinLength > f.MaxLength {
		r.At("min_length").Problem("min_over_max")
	}
}

func compilePattern(pattern string, r Report) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	if len(pattern) > MaxPattern {
		r.At("pattern").Problem("bound", "max", MaxPattern)
		return nil
	}
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		r.At("pattern").Problem("pattern", "reason", err.Error())
		return nil
	}
	return re
}

type textInput struct {
	lines       bool
	min, max    int
	pattern     *regexp.Regexp
	patternText Text
}

func (t textInput) Decode(in any) (any, *Fault) { return decodeText(in, t.lines) }

// decodeText gives back in itself where the text needs no cleaning, so that nothing is allocated.
func decodeText(in any, lines bool) (any, *Fault) {
	s, ok := in.(string)
	if !ok {
		return nil, fault("type", "want", "text")
	}
	cleaned, code := clean(s, lines)
	switch {
	case code != "":
		return nil, fault(code)
	case cleaned == "":
		return nil, nil
	case cleaned == s:
		return in, nil
	}
	return cleaned, nil
}

func (t textInput) Parse(p Post) (any, *Fault) { return decodeText(p.Text(""), t.lines) }

func (t textInput) Check(_ *CheckContext, v any) *Fault {
	s, ok := v.(string)
	if !ok {
		return fault("type", "want", "text")
	}
	n, code := kept(s, t.lines)
	switch {
	case code != "":
		return fault(code)
	case n > t.max:
		return fault("too_long", "max", t.max, "length", n)
	case n < t.min:
		return fault("too_short", "min", t.min, "length", n)
	case t.pattern != nil && !t.pattern.MatchString(s):
		return &Fault{Code: "pattern_mismatch", Text: t.patternText}
	}
	return nil
}

func (t textInput) Canonical(v any) any           { return v }
func (t textInput) Format(v any, _ Locale) string { s, _ := v.(string); return s }
func (t textInput) Shape() Shape                  { return Shape{Kind: KindText} }
func (t textInput) Part(v any, _ string) any      { return v }

// emailType is one e-mail address. Rules: max_length, pattern.
type emailType struct{}

func (emailType) Name() string { return "email" }

func (emailType) Compile(f Field, r Report) Input {
	in, _ := textType{}.Compile(f, r).(textInput)
	in.max = min(in.max, 254) // RFC 5321, 4.5.3.1
	return checkedText{in, validEmail, "email_format"}
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return !strings.ContainsAny(s, "[]\"") && strings.Contains(domain, ".")
}

// urlType is an address on the web: http or https with a host. Rules: max_length, pattern.
type urlType struct{}

func (urlType) Name() string { return "url" }

func (urlType) Compile(f Field, r Report) Input {
	if f.MaxLength == 0 {
		f.MaxLength = MaxText
	}
	in, _ := textType{}.Compile(f, r).(textInput)
	return checkedText{in, validURL, "url_format"}
}

func validURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		!strings.ContainsAny(s, " \t")
}

// checkedText is a text with one more condition on it.
type checkedText struct {
	textInput
	valid func(string) bool
	code  string
}

func (c checkedText) Check(ctx *CheckContext, v any) *Fault {
	if f := c.textInput.Check(ctx, v); f != nil {
		return f
	}
	if s, _ := v.(string); !c.valid(s) {
		return fault(c.code)
	}
	return nil
}
