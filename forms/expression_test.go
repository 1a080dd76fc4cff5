package forms_test

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/forms"
)

const expressionFields = `{"key":"kind","label":{"zh-TW":"種類"},"type":"choice","options":[{"key":"small","label":{"zh-TW":"小"}},{"key":"big","label":{"zh-TW":"大"}}]},
	{"key":"name","label":{"zh-TW":"名稱"},"type":"text"},
	{"key":"n","label":{"zh-TW":"數"},"type":"integer"},
	{"key":"price","label":{"zh-TW":"單價"},"type":"decimal"},
	{"key":"ok","label":{"zh-TW":"可"},"type":"boolean"},
	{"key":"begins","label":{"zh-TW":"起"},"type":"date"},
	{"key":"ends","label":{"zh-TW":"迄"},"type":"date"},
	{"key":"seen_at","label":{"zh-TW":"時"},"type":"date_time"},
	{"key":"month","label":{"zh-TW":"月"},"type":"year_month"},
	{"key":"tags","label":{"zh-TW":"標籤"},"type":"multi_choice","options":[{"key":"a","label":{"zh-TW":"甲"}},{"key":"b","label":{"zh-TW":"乙"}}]},
	{"key":"who","label":{"zh-TW":"誰"},"type":"person","params":{"external":true}},
	{"key":"use","label":{"zh-TW":"期間"},"type":"period","params":{"open":true}},
	{"key":"checks","label":{"zh-TW":"檢核"},"type":"checklist","options":[{"key":"backup","label":{"zh-TW":"備份"}}]},
	{"key":"guests","label":{"zh-TW":"來賓"},"type":"persons","params":{"external":true}},
	{"key":"lines","label":{"zh-TW":"列"},"type":"table","fields":[
		{"key":"system","label":{"zh-TW":"系統"},"type":"ref","params":{"of":"register","list":"systems"}},
		{"key":"cost","label":{"zh-TW":"費用"},"type":"decimal"},
		{"key":"qty","label":{"zh-TW":"量"},"type":"integer"}]}`

func expressionForm(t testing.TB) (*forms.Form, forms.Values) {
	f := oneField(t, expressionFields)
	v, bad := f.Decode([]byte(`{"kind":"big","name":"公文系統","n":7,"price":"0.1","begins":"2026-11-23","seen_at":"2026-11-23T00:00:00Z",
		"month":"2026-11","tags":["a"],"who":{"kind":"external","name":"杜承恩","org":"瀚洋"},"use":{"from":"2026-11-23","open":true},
		"checks":{"backup":{"answer":"yes"}},"guests":["P1",{"kind":"external","name":"甲","org":"乙"}],
		"lines":[{"_row":"a","system":"S01","cost":"0.1","qty":2},{"_row":"b","system":"S02","cost":"0.2"}]}`))
	if bad != nil {
		t.Fatal(bad)
	}
	return f, v
}

func TestConditions(t *testing.T) {
	f, v := expressionForm(t)
	for source, want := range map[string]bool{
		`kind == 'big'`:                                       true,
		`kind != 'big'`:                                       false,
		`kind in ['small', 'big']`:                            true,
		`not (kind in ['small'])`:                             true,
		`kind not in ['small']`:                               true,
		`'a' in tags && !('b' in tags)`:                       true,
		`name contains '公文' and name endsWith '系統'`:           true,
		`name matches '^公.+$'`:                                true,
		`n > 5 && n <= 7 && n == 7 && n != 8`:                 true,
		`n % 2 == 1`:                                          true,
		`price + 0.2 == 0.3`:                                  true, // binary floats would say no
		`price * 3 == 0.3`:                                    true,
		`n / 2 == 3.5`:                                        true,
		`-n + 7 == 0`:                                         true,
		`n == 7.0`:                                            true,
		`round(n / 3, 2) == 2.33`:                             true,
		`min(n, 3, price) == price`:                           true,
		`max(1, 2) == 2 && abs(-n) == 7`:                      true,
		`upper(name + 'x') endsWith 'X'`:                      true,
		`len(name) == 4 && len(tags) == 1`:                    true,
		`begins >= date('2026-11-23')`:                        true,
		`begins < date('2026-11-23')`:                         false,
		`year_of(begins) == 2026`:                             true,
		`days_between(begins, date('2026-12-01')) == 8`:       true,
		`add_days(begins, 8) == date('2026-12-01')`:           true,
		`month >= '2026-10'`:                                  true,
		`who.kind == 'external' && who.org == '瀚洋'`:           true,
		`use.open && empty(use.to)`:                           true,
		`use.from == begins`:                                  true,
		`checks.backup == 'yes'`:                              true,
		`any(guests, .kind == 'external')`:                    true,
		`any(lines, .system == 'S01')`:                        true,
		`all(lines, .cost > 0)`:                               true,
		`none(lines, .system == 'S09')`:                       true,
		`one(lines, .system == 'S02')`:                        true,
		`count(lines, .cost >= 0.2) == 1`:                     true,
		`sum(lines, .cost) == 0.3`:                            true,
		`sum(lines, .qty) == 2`:                               true, // the second row's is not filled in
		`len(filter(lines, .cost > 0.1)) == 1`:                true,
		`'S02' in map(lines, .system)`:                        true,
		`any(lines, .system == 'S01' && any(tags, # == 'a'))`: true,
		`empty(ends) && !empty(begins) && empty(ok) == false`: true,
		`ok == false`:                                         true, // not ticked is no
		`ends == nil && begins != nil`:                        true,
		`ends == begins`:                                      false,
		`(ok ? 1 : 2) == 2`:                                   true,
		`kind == 'big' || ends > begins`:                      true, // decided without the missing day
		`kind != 'big' && ends > begins`:                      false,
		`ends > begins || kind == 'big'`:                      true,
		`n > 100 ? ends > begins : n > 1`:                     true,
	} {
		t.Run(source, func(t *testing.T) {
			p, err := f.Expr(source)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Holds(v); err != nil || got != want {
				t.Errorf("got %v %v, want %v", got, err, want)
			}
		})
	}
}

func TestConditionsThatCannotBeTold(t *testing.T) {
	f, v := expressionForm(t)
	for source, want := range map[string]forms.EvalError{
		`ends > begins`:                        {Field: "ends", Code: "missing"},
		`days_between(begins, ends) > 3`:       {Field: "ends", Code: "missing"},
		`kind == 'big' && ends > begins`:       {Field: "ends", Code: "missing"},
		`use.to > begins`:                      {Field: "use.to", Code: "missing"},
		`any(lines, .qty > 5)`:                 {Field: "lines.qty", Code: "missing"},
		`n / (n - 7) > 1`:                      {Code: "division"},
		`n % (n - 7) == 1`:                     {Code: "division"},
		`n * 9000000000000000000 > 1`:          {Field: "n", Code: "overflow"},
		`9223372036854775807 + n > 1`:          {Code: "overflow"},
		`price * 999999999999999999 * 100 > 1`: {Code: "overflow"},
		`add_days(begins, 4000000) > begins`:   {Code: "overflow"},
	} {
		t.Run(source, func(t *testing.T) {
			p, err := f.Expr(source)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Holds(v)
			var got *forms.EvalError
			if !errors.As(err, &got) || *got != want {
				t.Errorf("got %v, want %v", err, &want)
			}
		})
	}
}

func TestConditionsThatAreRefused(t *testing.T) {
	f, _ := expressionForm(t)
	for source, code := range map[string]string{
		``:                               "expression",
		`kind ==`:                        "expression",
		`nothing == 'x'`:                 "expression",
		`who.phone == 'x'`:               "expression",
		`any(lines, .sytem == 'S01')`:    "expression",
		`n`:                              "expression",
		`n == 'x'`:                       "expression",
		`name + n == 'x'`:                "expression",
		`begins > name`:                  "expression",
		`begins > seen_at`:               "expression_kinds",
		`ends - begins > 3`:              "expression",
		`kind == 'huge'`:                 "expression_no_option",
		`'huge' == kind`:                 "expression_no_option",
		`kind in ['big', 'huge']`:        "expression_no_option",
		`'z' in tags`:                    "expression_no_option",
		`who.kind == 'expected'`:         "expression_no_option",
		`checks.backup == 'maybe'`:       "expression_no_option",
		`now() > begins`:                 "expression",
		`today > begins`:                 "expression",
		`len(1..1000000) > 1`:            "expression_operator",
		`2 ** 100 > 1`:                   "expression_operator",
		`let x = 1; x == 1`:              "expression_unsupported",
		`$env.kind == 'big'`:             "expression_unsupported",
		`$env['kind'] == 'big'`:          "expression_unsupported",
		`lines[0].qty == 1`:              "expression_unsupported",
		`who?.name == 'x'`:               "expression_unsupported",
		`{'a': 1}.a == 1`:                "expression_unsupported",
		`reduce(lines, #acc + 1, 0) > 1`: "expression_unsupported",
		`name matches kind`:              "expression_pattern",
		`name matches '('`:               "expression",
		`begins > date(name)`:            "expression_date",
		`begins > date('115.11.23')`:     "expression_date",
		`any(lines, any(lines, any(lines, .qty > 1)))`: "expression_nesting",
		`kind in ['big', 1]`:                           "expression_mixed",
		strings.Repeat("!", 300) + "ok":                "expression",
		strings.Repeat("(", 2001):                      "bound",
		`toJSON(lines) == ''`:                          "expression",
		`type(n) == 'int'`:                             "expression",
		`repeat(name, 1000000) == ''`:                  "expression",
		`string(n) == '7'`:                             "expression",
	} {
		t.Run(source, func(t *testing.T) {
			p, err := f.Expr(source)
			var got forms.Problem
			if !errors.As(err, &got) {
				t.Fatalf("accepted: %v %v", p, err)
			}
			if got.Code != code {
				t.Errorf("got %s (%s), want %s", got.Code, got.Message("en"), code)
			}
		})
	}
}

func TestConditionsAsData(t *testing.T) {
	eq := func(field string, value any) forms.Test {
		return forms.Test{Op: "eq", Field: field, Values: []any{value}}
	}
	tests := map[string]*forms.Test{
		`ok`:                             {Op: "eq", Field: "ok", Values: []any{true}},
		`!ok`:                            {Op: "not", Tests: []forms.Test{eq("ok", true)}},
		`use.open || kind == 'big'`:      {Op: "or", Tests: []forms.Test{eq("use.open", true), eq("kind", "big")}},
		`'a' in tags`:                    {Op: "has", Field: "tags", Values: []any{"a"}},
		`kind not in ['big']`:            {Op: "not", Tests: []forms.Test{{Op: "in", Field: "kind", Values: []any{"big"}}}},
		`empty(use.to)`:                  {Op: "empty", Field: "use.to"},
		`begins >= date('2026-11-23')`:   {Op: "ge", Field: "begins", Values: []any{"2026-11-23"}},
		`n < 5`:                          {Op: "lt", Field: "n", Values: []any{int64(5)}},
		`n + 1 < 5`:                      nil,
		`any(lines, .system == 'S01')`:   nil,
		`5 > n`:                          nil,
		`kind in ['big', name]`:          nil,
		`begins < ends`:                  nil,
		`len(name) > 3 && kind == 'big'`: nil,
	}
	for source, want := range tests {
		f := oneField(t, expressionFields+`,{"key":"extra","label":{"zh-TW":"補充"},"type":"text","show_if":`+strconv.Quote(source)+`}`)
		fields := f.Describe("en").Fields
		if diff := cmp.Diff(want, fields[len(fields)-1].ShowIf.Test); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
	}
}

func TestConditionsOverEveryType(t *testing.T) {
	f := everyType(t)
	v, bad := f.Decode([]byte(`{"at_clock":"14:05","instant":"2026-11-23T06:05:00Z","ym":"2026-11","dates":{"from":"2026-11-23","to":"2026-11-24"},
		"decs":{"from":"0.5","to":"2"},"who":{"kind":"expected","name":"蕭紹安","expected":"2026-12-01"},"docs":["D1"],
		"files":[{"name":"a.pdf","size":2048,"digest":"` + strings.Repeat("0f", 32) + `","type":"application/pdf"}],"lines":[{"sys":"U06"}]}`))
	if bad != nil {
		t.Fatal(bad)
	}
	for _, source := range []string{
		`at_clock >= '08:30'`, `ym == '2026-11'`, `instant == instant && instant <= instant`, `dates.to > dates.from`, `decs.to - decs.from == 1.5`,
		`who.expected == date('2026-12-01') && who.name != ''`, `'D1' in docs`, `all(files, .size < 4096 && .type == 'application/pdf' && .name endsWith '.pdf')`,
		`any(lines, .sys == 'U06')`, `empty(dates) == false`, `empty(some) && !empty(lines)`, `abs(decs.from - 2) == 1.5`, `n == nil && dec == nil && nil == d`,
		`1 in [n, 1]`, `who.id == ''`, `max(decs.from, 1) == 1`,
	} {
		p, err := f.Expr(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if yes, err := p.Holds(v); !yes || err != nil {
			t.Errorf("%s: %v %v", source, yes, err)
		}
	}
}

func TestARowCondition(t *testing.T) {
	f, v := expressionForm(t)
	p, err := f.RowExpr("lines", "system == 'S02' && kind == 'big'")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"a": false, "b": true} {
		row, _ := v.RowByID("lines", id)
		if got, err := p.HoldsIn(v, row); err != nil || got != want {
			t.Errorf("row %s: %v %v", id, got, err)
		}
	}
	if got := strings.Join(p.Fields(), " "); got != "kind lines.system" {
		t.Error(got)
	}
	if _, err := f.RowExpr("kind", "true"); err == nil {
		t.Error("a choice has no rows")
	}
}

func TestOneEvaluationDoesLimitedWork(t *testing.T) {
	f, v := expressionForm(t)
	p, err := f.Expr("count(lines, any(lines, .qty == 1)) == 0")
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]forms.Row, forms.MaxRows)
	for i := range rows {
		rows[i] = forms.Row{forms.RowID: "r", "qty": int64(2)}
	}
	v["lines"] = rows
	var got *forms.EvalError
	if _, err := p.Holds(v); !errors.As(err, &got) || got.Code != "work" {
		t.Errorf("250,000 looks at rows: %v", err)
	}
}

func TestComputedValues(t *testing.T) {
	f := oneField(t, `{"key":"c","label":{"zh-TW":"機密性"},"type":"integer"},{"key":"i","label":{"zh-TW":"完整性"},"type":"integer"},
		{"key":"level","label":{"zh-TW":"等級"},"type":"computed","compute":"max(c, i)","params":{"result":"integer"}},
		{"key":"word","label":{"zh-TW":"說明"},"type":"computed","compute":"level >= 3 ? '重大' : '一般'","params":{"result":"text"}},
		{"key":"share","label":{"zh-TW":"比例"},"type":"decimal","compute":"c / i"},
		{"key":"rows","label":{"zh-TW":"列"},"type":"table","fields":[
			{"key":"qty","label":{"zh-TW":"量"},"type":"integer"},
			{"key":"cost","label":{"zh-TW":"費用"},"type":"computed","compute":"qty * c","params":{"result":"integer"}}]},
		{"key":"total","label":{"zh-TW":"合計"},"type":"computed","compute":"sum(rows, .cost)","params":{"result":"integer"}}`)
	v, bad := f.Decode([]byte(`{"c":3,"i":7,"rows":[{"_row":"a","qty":2},{"_row":"b","qty":5}]}`))
	if bad != nil {
		t.Fatal(bad)
	}
	v, bad = f.Settle(v)
	if bad != nil {
		t.Fatal(bad)
	}
	if got := string(f.EncodeJSON(v)); got != `{"c":3,"i":7,"level":7,"rows":[{"_row":"a","cost":6,"qty":2},{"_row":"b","cost":15,"qty":5}],"share":"0.43","total":21,"word":"重大"}` {
		t.Error(got)
	}
	restored, bad := f.Restore(f.EncodeJSON(v))
	if bad != nil || len(f.Diff(v, restored)) > 0 || f.Check(forms.CheckContext{}, restored) != nil {
		t.Errorf("kept values come back as %v %v", restored, bad)
	}
	restored["level"] = int64(1)
	if bad := f.Check(forms.CheckContext{}, restored); len(bad) == 0 || bad[0].Code != "computed_differs" || bad[0].Field != "level" {
		t.Errorf("a computed value that was tampered with: %v", bad)
	}

	v["i"] = int64(0)
	if _, bad = f.Settle(v); codes(bad) != "compute_division" || bad[0].Field != "share" {
		t.Errorf("a division by zero is a fault of the field: %v", bad)
	}
	delete(v, "c")
	v, bad = f.Settle(v)
	if bad != nil || v["level"] != nil || v["share"] != nil || v["word"] != nil {
		t.Errorf("what waits for an answer is unanswered: %v %v", v, bad)
	}
}

// Whoever writes a condition by hand is told in his own language what of it can't be read, and
// what to write instead.
func TestWhatIsWrongWithAConditionIsSaidInTheReadersLanguage(t *testing.T) {
	f, _ := expressionForm(t)
	for source, want := range map[string]string{
		`申請類別 == 'big'`:       "沒有「申請類別」這個欄位代號",
		`kind == big`:         "例如 'big'",
		`kind = 'big'`:        "「=」不能寫在這裡（相等為 ==",
		`kind == 'big' and`:   "尚未寫完",
		`kind == 'big`:        "引號未成對",
		`kind == “big”`:       "不能使用「“」",
		`kind`:                "條件須可判斷是否成立",
		`n == 'x'`:            "資料種類不同",
		`toJSON(lines) == ''`: "沒有「toJSON」",
		`name matches '('`:    "無法讀取",
	} {
		_, err := f.Expr(source)
		problem, ok := err.(forms.Problem)
		if !ok {
			t.Fatal(source, err)
		}
		said := problem.Message("zh-TW")
		if !strings.Contains(said, want) || strings.Contains(said, "第 0 個") || regexp.MustCompile(`(?i)unknown|unexpected|mismatched|error|expected`).MatchString(said) {
			t.Errorf("%s: %s", source, said)
		}
		if english := problem.Message("en"); strings.ContainsAny(english, "條沒無") && !strings.Contains(source, "申請") {
			t.Errorf("%s: %s", source, english)
		}
	}
}
