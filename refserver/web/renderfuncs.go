package web

import (
	"fmt"
	"html/template"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// funcs are the functions of templates in one language.
func (r *Renderer) funcs(lang string) template.FuncMap {
	d := dates{lang: lang, zone: r.opts.Zone}
	return template.FuncMap{
		"t":          func(key string, args ...any) string { return r.texts.Text(lang, key, args...) },
		"href":       r.Href,
		"asset":      r.assets.URL,
		"htmlLang":   htmlLang,
		"day":        d.day,
		"dayText":    d.dayText,
		"dayWeek":    d.dayWeek,
		"moment":     d.moment,
		"clock":      d.clock,
		"stateClass": stateClass,
		"brief":      brief,
		"dayLong":    d.dayLong,
		"add":        func(a, b int) int { return a + b },
		"dict":       func(args ...any) (map[string]any, error) { return named(args) },
		"list":       func(values ...any) []any { return values },
	}
}

// dates writes days and times as the readers of a language do: Minguo in
// Taiwan, Gregorian elsewhere. Each function takes a calendar.Date or a
// time.Time and writes nothing for the zero of either.
type dates struct {
	lang string
	zone *time.Location
}

func (d dates) minguo() bool { return d.lang == DefaultLanguage }

func (d dates) date(v any) (calendar.Date, error) {
	switch v := v.(type) {
	case calendar.Date:
		return v, nil
	case time.Time:
		if v.IsZero() {
			return calendar.Date{}, nil
		}
		return calendar.DateOf(v.In(d.zone)), nil
	}
	return calendar.Date{}, fmt.Errorf("web: %T is not a day", v)
}

// day is for tables: 115.11.23, 23 Nov 2026.
func (d dates) day(v any) (string, error) {
	date, err := d.date(v)
	return forms.Locale{Lang: d.lang}.Day(date), err
}

// dayText is for sentences: 115年11月23日, 23 November 2026.
func (d dates) dayText(v any) (string, error) {
	date, err := d.date(v)
	return forms.Locale{Lang: d.lang}.DayText(date), err
}

// dayLong has the weekday in a sentence: 115年11月23日（星期一）, Monday 23 November 2026.
func (d dates) dayLong(v any) (string, error) {
	date, err := d.date(v)
	if err != nil || date.IsZero() {
		return "", err
	}
	text, err := d.dayText(date)
	if d.minguo() || d.lang == "zh-CN" {
		return text + "（星期" + string([]rune("日一二三四五六")[date.Weekday()]) + "）", err
	}
	return date.Weekday().String() + " " + text, err
}

// dayWeek has the weekday: 115.11.23（一）, Mon 23 Nov 2026.
func (d dates) dayWeek(v any) (string, error) {
	date, err := d.date(v)
	switch {
	case err != nil || date.IsZero():
		return "", err
	case d.minguo():
		return date.ROCWeekday(), nil
	case d.lang == "zh-CN":
		return date.String() + "（" + string([]rune("日一二三四五六")[date.Weekday()]) + "）", nil
	}
	return date.Weekday().String()[:3] + " " + forms.Locale{Lang: d.lang}.Day(date), nil
}

// moment is a day with its time: 115.11.23 14:05, 23 Nov 2026 14:05.
func (d dates) moment(t time.Time) string {
	return forms.Locale{Lang: d.lang, Location: d.zone}.Moment(t)
}

// clock is the time of day alone: 14:05.
func (d dates) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(d.zone).Format("15:04")
}

// brief says whether a text is short enough to stand in a table unbroken: a name,
// an account.
func brief(text string) bool {
	const most = 12 // letters; a Chinese character takes the room of two
	width := 0
	for _, c := range text {
		width++
		if c > 0x2E7F {
			width++
		}
	}
	return width <= most
}

// stateClasses are the kinds of state a case may show; the stylesheet gives
// each its mark, so that none is told by colour alone.
var stateClasses = map[string]string{
	"":     "state",
	"wait": "state state--wait", // with others: 會辦中, 待確認
	"back": "state state--back", // 退回補正
	"done": "state state--done", // 已結案
	"no":   "state state--no",   // 不予核准
	"late": "state state--late", // 逾期
	"stop": "state state--stop", // 停止計時
	"void": "state state--void", // 作廢
}

// stateClass are the classes of a kind of state.
func stateClass(kind string) (string, error) {
	class, ok := stateClasses[kind]
	if !ok {
		return "", fmt.Errorf("web: no kind of state %q", kind)
	}
	return class, nil
}
