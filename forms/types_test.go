package forms_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
)

// oneField makes a form of one field, called x.
func oneField(t testing.TB, definition string) *forms.Form {
	t.Helper()
	f, err := form(definition)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func form(definition string) (*forms.Form, error) {
	text := `{"key":"f","version":"1","title":{"zh-TW":"表單"},"fields":[` + definition + `]}`
	if !strings.HasPrefix(definition, `{"key"`) {
		text = strings.Replace(text, `[{`, `[{"key":"x","label":{"zh-TW":"欄位","en":"Field"},`, 1)
	}
	s, err := forms.ParseSchema([]byte(text))
	if err != nil {
		return nil, err
	}
	return forms.Compile(s, forms.StandardTypes())
}

func day(y, m, d int) calendar.Date { return calendar.Date{Year: y, Month: time.Month(m), Day: d} }

func decimal(t testing.TB, s string) forms.Decimal {
	t.Helper()
	d, err := forms.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const choices = `"options":[{"key":"a","label":{"zh-TW":"甲"}},{"key":"b","label":{"zh-TW":"乙"}},{"key":"c","label":{"zh-TW":"丙"}}]`

// Each type: what is sent as JSON, the Go value it becomes, how it reads, or the code with which it is refused.
func TestTypesFromJSON(t *testing.T) {
	instant := time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC)
	digest := strings.Repeat("0f", 32)
	d := func(s string) forms.Decimal { return decimal(t, s) }
	tests := []struct {
		field, json string
		want        any    // nil with an empty refusal: unanswered
		shows       string // in zh-TW
		refused     string
	}{
		{`{"type":"text"}`, `"  主旨 "`, "主旨", "主旨", ""},
		{`{"type":"text"}`, `""`, nil, "", ""},
		{`{"type":"text"}`, `null`, nil, "", ""},
		{`{"type":"text"}`, `7`, nil, "", "type"},
		{`{"type":"text"}`, `"e\u0301"`, "é", "é", ""},
		{`{"type":"text"}`, `"a\nb"`, nil, "", "text_lines"},
		{`{"type":"text"}`, `"a\u0007b"`, nil, "", "text_control"},
		{`{"type":"text"}`, `"檔名\u202Efdp.exe"`, nil, "", "text_control"},
		{`{"type":"text","max_length":3}`, `"四個字呢"`, nil, "", "too_long"},
		{`{"type":"text","min_length":3}`, `"二字"`, nil, "", "too_short"},
		{`{"type":"text","pattern":"[A-Z]{2}[0-9]+"}`, `"AB12"`, "AB12", "AB12", ""},
		{`{"type":"text","pattern":"[A-Z]{2}[0-9]+"}`, `"xAB12"`, nil, "", "pattern_mismatch"},
		{`{"type":"long_text"}`, `"一\r\n二\t三\n"`, "一\n二\t三", "一\n二\t三", ""},
		{`{"type":"email"}`, `"service@gov.example"`, "service@gov.example", "service@gov.example", ""},
		{`{"type":"email"}`, `"王大明 <a@b.c>"`, nil, "", "email_format"},
		{`{"type":"url"}`, `"https://gov.example/a?b=1"`, "https://gov.example/a?b=1", "https://gov.example/a?b=1", ""},
		{`{"type":"url"}`, `"javascript:alert(1)"`, nil, "", "url_format"},

		{`{"type":"integer"}`, `12345`, int64(12345), "12,345", ""},
		{`{"type":"integer","params":{"unit":{"zh-TW":"台"}}}`, `3`, int64(3), "3 台", ""},
		{`{"type":"integer"}`, `1.5`, nil, "", "integer_format"},
		{`{"type":"integer"}`, `"3"`, nil, "", "type"},
		{`{"type":"integer"}`, `9007199254740992`, nil, "", "too_large"},
		{`{"type":"integer","min":1,"max":4}`, `0`, nil, "", "too_small"},
		{`{"type":"integer","min":1,"max":4}`, `5`, nil, "", "too_large"},
		{`{"type":"decimal"}`, `"1234.50"`, d("1234.5"), "1,234.5", ""},
		{`{"type":"decimal"}`, `-0.07`, d("-0.07"), "-0.07", ""},
		{`{"type":"decimal"}`, `0.001`, nil, "", "too_many_places"},
		{`{"type":"decimal"}`, `1e3`, nil, "", "decimal_format"},
		{`{"type":"decimal"}`, `1234567890123456789`, nil, "", "decimal_range"},
		{`{"type":"decimal","min":"0","max":"9.9","params":{"places":1}}`, `10`, nil, "", "too_large"},
		{`{"type":"boolean"}`, `false`, false, "否", ""},
		{`{"type":"boolean"}`, `"true"`, nil, "", "type"},

		{`{"type":"date"}`, `"2026-11-23"`, day(2026, 11, 23), "115.11.23", ""},
		{`{"type":"date"}`, `"115.11.23"`, nil, "", "date_format"},
		{`{"type":"date"}`, `"2026-02-30"`, nil, "", "date_no_such_day"},
		{`{"type":"date","min":"today"}`, `"2026-11-22"`, nil, "", "too_early"},
		{`{"type":"date","max":"today+7"}`, `"2026-11-30"`, day(2026, 11, 30), "115.11.30", ""},
		{`{"type":"date","max":"today+7"}`, `"2026-12-01"`, nil, "", "too_late"},
		{`{"type":"year_month"}`, `"2026-11"`, calendar.YearMonth{Year: 2026, Month: 11}, "115.11", ""},
		{`{"type":"year_month"}`, `"2026-13"`, nil, "", "month_format"},
		{`{"type":"time"}`, `"14:05"`, forms.Clock{Hour: 14, Minute: 5}, "14:05", ""},
		{`{"type":"time"}`, `"24:00"`, nil, "", "clock_format"},
		{`{"type":"time","min":"08:30"}`, `"08:29"`, nil, "", "too_early"},
		{`{"type":"date_time"}`, `"2026-11-23T14:05:00+08:00"`, instant, "115.11.23 14:05", ""},
		{`{"type":"date_time"}`, `"2026-11-23"`, nil, "", "instant_format"},
		{`{"type":"date_time","max":"today-1"}`, `"2026-11-22T16:00:00Z"`, nil, "", "too_late"},

		{`{"type":"date_range"}`, `{"from":"2026-11-23","to":"2026-11-24"}`,
			forms.DateRange{From: day(2026, 11, 23), To: day(2026, 11, 24)}, "115.11.23 至 115.11.24", ""},
		{`{"type":"date_range"}`, `{"from":"2026-11-23"}`, nil, "", "range_to"},
		{`{"type":"date_range"}`, `{"from":"2026-11-24","to":"2026-11-23"}`, nil, "", "range_order"},
		{`{"type":"date_range"}`, `{"start":"2026-11-24"}`, nil, "", "unknown_part"},
		{`{"type":"integer_range","min":0}`, `{"from":-1,"to":4}`, nil, "", "too_small"},
		{`{"type":"decimal_range"}`, `{"from":"0.5","to":4}`, forms.DecimalRange{From: d("0.5"), To: d("4")}, "0.5 至 4", ""},
		{`{"type":"time_range"}`, `{"from":"08:30","to":"17:30"}`,
			forms.ClockRange{From: forms.Clock{Hour: 8, Minute: 30}, To: forms.Clock{Hour: 17, Minute: 30}}, "08:30 至 17:30", ""},
		{`{"type":"year_month_range"}`, `{"from":"2026-01","to":"2026-12"}`, forms.YearMonthRange{
			From: calendar.YearMonth{Year: 2026, Month: 1}, To: calendar.YearMonth{Year: 2026, Month: 12}}, "115.01 至 115.12", ""},
		{`{"type":"date_time_range"}`, `{"from":"2026-11-23T06:05:00Z","to":"2026-11-23T06:04:59Z"}`, nil, "", "range_order"},

		{`{"type":"period"}`, `{"from":"2026-11-23","to":"2026-11-23"}`,
			forms.Period{From: day(2026, 11, 23), To: day(2026, 11, 23)}, "115.11.23", ""},
		{`{"type":"period"}`, `{"from":"2026-11-23","open":true}`, nil, "", "period_open_forbidden"},
		{`{"type":"period","params":{"open":true}}`, `{"from":"2026-11-23","open":true}`,
			forms.Period{From: day(2026, 11, 23), Open: true}, "自 115.11.23 起，無期限", ""},
		{`{"type":"period","params":{"open":true,"reason":true}}`, `{"from":"2026-11-23","open":true}`, nil, "", "period_reason"},
		{`{"type":"period","params":{"open":true}}`, `{"from":"2026-11-23","to":"2026-12-01","open":true}`, nil, "", "period_open_and_to"},
		{`{"type":"period","params":{"max_days":365}}`, `{"from":"2026-01-01","to":"2027-01-01"}`, nil, "", "period_too_long"},

		{`{"type":"choice",` + choices + `}`, `"b"`, "b", "乙", ""},
		{`{"type":"choice",` + choices + `}`, `"z"`, nil, "", "no_such_option"},
		{`{"type":"multi_choice",` + choices + `}`, `["c","a"]`, []string{"a", "c"}, "甲、丙", ""},
		{`{"type":"multi_choice",` + choices + `}`, `["a","a"]`, nil, "", "chosen_twice"},
		{`{"type":"multi_choice","max_length":1,` + choices + `}`, `["a","b"]`, nil, "", "too_many"},
		{`{"type":"multi_choice",` + choices + `}`, `[]`, nil, "", ""},
		{`{"type":"checklist",` + choices + `}`, `{"b":{"answer":"no","remark":"未備份"},"a":{"answer":"yes"}}`,
			[]forms.Mark{{Item: "a", Answer: "yes"}, {Item: "b", Answer: "no", Remark: "未備份"}}, "甲：符合、乙：不符合（未備份）", ""},
		{`{"type":"checklist",` + choices + `}`, `{"b":{"answer":"no"}}`, nil, "", "checklist_remark"},
		{`{"type":"checklist","required":true,` + choices + `}`, `{"a":{"answer":"yes"},"c":{"answer":"na"}}`, nil, "", "checklist_answer"},
		{`{"type":"checklist",` + choices + `}`, `{"z":{"answer":"no"}}`, nil, "", "unknown_part"},

		{`{"type":"person"}`, `"P13"`, forms.Person{Kind: forms.InDirectory, ID: "P13"}, "P13", ""},
		{`{"type":"person"}`, `{"kind":"external","name":"杜承恩","org":"瀚洋"}`, nil, "", "person_kind"},
		{`{"type":"person","params":{"external":true}}`, `{"kind":"external","name":"杜承恩","org":"瀚洋"}`,
			forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋"}, "杜承恩（瀚洋）", ""},
		{`{"type":"person","params":{"external":true}}`, `{"kind":"external","name":"杜承恩","id":"P1"}`, nil, "", "person_mixed"},
		{`{"type":"person","params":{"expected":true}}`, `{"kind":"expected","name":"蕭紹安"}`, nil, "", "person_expected"},
		{`{"type":"persons"}`, `["P13",{"kind":"person","id":"P11","name":"邱柏叡"}]`,
			[]forms.Person{{Kind: forms.InDirectory, ID: "P13"}, {Kind: forms.InDirectory, ID: "P11", Name: "邱柏叡"}}, "P13、邱柏叡", ""},
		{`{"type":"persons"}`, `["P13",{"kind":"person","id":"P13","name":"鍾明哲"}]`, nil, "", "chosen_twice"},
		{`{"type":"unit"}`, `"U06"`, forms.Ref{List: "unit", ID: "U06"}, "U06", ""},
		{`{"type":"ref","params":{"of":"register","list":"systems"}}`, `{"id":"S01","name":"AD 帳號"}`,
			forms.Ref{List: "register/systems", ID: "S01", Name: "AD 帳號"}, "AD 帳號", ""},
		{`{"type":"refs","params":{"of":"document"}}`, `["D1","D2"]`, []forms.Ref{{List: "document", ID: "D1"}, {List: "document", ID: "D2"}}, "D1、D2", ""},
		{`{"type":"ref","params":{"of":"case","list":"finding"}}`, `{"number":1}`, nil, "", "unknown_part"},
		{`{"type":"file"}`, `{"name":"規則.pdf","size":2048,"digest":"` + digest + `","type":"application/pdf"}`,
			forms.File{Name: "規則.pdf", Size: 2048, Digest: digest, MediaType: "application/pdf"}, "規則.pdf (2 KB)", ""},
		{`{"type":"file"}`, `{"name":"../a.pdf","size":2048,"digest":"` + digest + `","type":"application/pdf"}`, nil, "", "file_name"},
		{`{"type":"file"}`, `{"name":"a.pdf","size":2048,"digest":"ABC","type":"application/pdf"}`, nil, "", "file_unreadable"},
		{`{"type":"file"}`, `{"name":"a.exe","size":2048,"digest":"` + digest + `","type":"application/x-msdownload"}`, nil, "", "file_kind"},
		{`{"type":"file"}`, `{"name":"wrong.EXE. ","size":2048,"digest":"` + digest + `","type":"text/plain"}`, nil, "", "file_kind"},
		{`{"type":"file"}`, `{"name":"a.exe","size":2048,"digest":"` + digest + `","type":"text/plain"}`, nil, "", "file_kind"},
		{`{"type":"file","params":{"kinds":["pdf"]}}`, `{"name":"a.txt","size":2048,"digest":"` + digest + `","type":"application/pdf"}`, nil, "", "file_kind"},
		{`{"type":"file","params":{"kinds":["application/x-pem-file"]}}`, `{"name":"key.pem","size":2048,"digest":"` + digest + `","type":"application/x-pem-file"}`,
			forms.File{Name: "key.pem", Size: 2048, Digest: digest, MediaType: "application/x-pem-file"}, "key.pem (2 KB)", ""},
		{`{"type":"file","params":{"max_size":1024}}`, `{"name":"a.pdf","size":2048,"digest":"` + digest + `","type":"application/pdf"}`, nil, "", "file_too_large"},
		{`{"type":"files","min_length":2}`, `[{"name":"a.pdf","size":2048,"digest":"` + digest + `","type":"application/pdf"}]`, nil, "", "too_few"},

		{`{"type":"ip_cidr"}`, `"10.1.2.3"`, "10.1.2.3", "10.1.2.3", ""},
		{`{"type":"ip_cidr"}`, `"2001:DB8:0::1"`, "2001:db8::1", "2001:db8::1", ""},
		{`{"type":"ip_cidr"}`, `"10.1.0.0/16"`, "10.1.0.0/16", "10.1.0.0/16", ""},
		{`{"type":"ip_cidr"}`, `"10.1.2.3/16"`, nil, "", "network_bits"},
		{`{"type":"ip_cidr"}`, `"10.1.2.256"`, nil, "", "network_format"},
		{`{"type":"ip_cidr","params":{"only":"address"}}`, `"10.1.0.0/16"`, nil, "", "network_only_address"},
		{`{"type":"ip_cidr","params":{"version":4}}`, `"::1"`, nil, "", "network_version"},
		{`{"type":"port_list"}`, `"443, 22;8000-8010,8005-8020 23"`, "22-23,443,8000-8020", "22-23、443、8000-8020", ""},
		{`{"type":"port_list"}`, `"0"`, nil, "", "ports_format"},
		{`{"type":"port_list"}`, `"90-80"`, nil, "", "ports_format"},
		{`{"type":"port_list","params":{"max_ports":10}}`, `"8000-8010"`, nil, "", "ports_too_many"},
		{`{"type":"serial","pattern":"X-{n:3}"}`, `"X-001"`, nil, "", "system_value"},
		{`{"type":"computed","compute":"1 + 1","params":{"result":"integer"}}`, `2`, nil, "", "system_value"},
	}
	for _, tt := range tests {
		t.Run(tt.field+" "+tt.json, func(t *testing.T) {
			f := oneField(t, tt.field)
			v, bad := f.Decode([]byte(`{"x":` + tt.json + `}`))
			if bad == nil {
				bad = f.Check(forms.CheckContext{Today: monday}, v)
			}
			if code := codes(bad); code != tt.refused {
				t.Fatalf("refused with %q, want %q", code, tt.refused)
			}
			if tt.refused != "" {
				if message := bad[0].Message("zh-TW"); strings.ContainsAny(message, "{}") || message == tt.refused {
					t.Errorf("message %q", message)
				}
				return
			}
			if diff := cmp.Diff(tt.want, v["x"], cmpopts.EquateComparable(forms.Decimal{})); diff != "" {
				t.Error(diff)
			}
			if got := f.Format("x", v["x"], forms.Locale{Lang: "zh-TW"}); got != tt.shows {
				t.Errorf("reads %q, want %q", got, tt.shows)
			}
			again, bad := f.Decode(f.EncodeJSON(v))
			if bad != nil || !cmp.Equal(v, again, cmpopts.EquateComparable(forms.Decimal{})) {
				t.Errorf("encoded as %s it comes back as %v %v", f.EncodeJSON(v), again, bad)
			}
			typed, bad := f.FromText(f.ToText(v, forms.Locale{}), nil)
			if bad != nil || len(f.Diff(f.Named(v, nobody{}), f.Named(typed, nobody{}))) > 0 {
				t.Errorf("typed as %v it comes back as %v %v", f.ToText(v, forms.Locale{}), typed, bad)
			}
		})
	}
}

// nobody calls everything by no name.
type nobody struct{}

func (nobody) Name(forms.Need) (string, bool)            { return "", true }
func (nobody) Options(forms.Need) ([]forms.Option, bool) { return nil, true }

func codes(bad forms.Invalid) string {
	var out []string
	for _, f := range bad {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

// What people type into a page.
func TestTypesFromText(t *testing.T) {
	tests := []struct {
		field   string
		typed   string // name=text, separated by &
		want    any
		refused string
	}{
		{`{"type":"integer"}`, "x=１２，３４５", int64(12345), ""},
		{`{"type":"integer"}`, "x=十二", nil, "integer_format"},
		{`{"type":"decimal"}`, "x= 1,234.50 ", decimal(t, "1234.5"), ""},
		{`{"type":"boolean"}`, "x=false&x=true", true, ""},
		{`{"type":"boolean"}`, "x=false", false, ""},
		{`{"type":"date"}`, "x=115.11.23", day(2026, 11, 23), ""},
		{`{"type":"date"}`, "x=１１５年１１月２３日", day(2026, 11, 23), ""},
		{`{"type":"date"}`, "x=1151123", day(2026, 11, 23), ""},
		{`{"type":"date"}`, "x=2026-11-23", day(2026, 11, 23), ""},
		{`{"type":"date"}`, "x=115.2.30", nil, "date_no_such_day"},
		{`{"type":"year_month"}`, "x=115年11月", calendar.YearMonth{Year: 2026, Month: 11}, ""},
		{`{"type":"time"}`, "x=1405", forms.Clock{Hour: 14, Minute: 5}, ""},
		{`{"type":"time"}`, "x=下午2:05", forms.Clock{Hour: 14, Minute: 5}, ""},
		{`{"type":"time"}`, "x=24:00", nil, "clock_format"},
		{`{"type":"date_time"}`, "x=115.11.23 14:05", time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC), ""},
		{`{"type":"date_time"}`, "x.date=115.11.23&x.time=１４:05", time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC), ""},
		{`{"type":"date_time"}`, "x.date=115.11.23", nil, "time_format"},
		{`{"type":"multi_choice",` + choices + `}`, "x=c&x=a&x=", []string{"a", "c"}, ""},
		{`{"type":"ip_cidr"}`, "x=１０.1.0.0／１６", "10.1.0.0/16", ""},
		{`{"type":"port_list"}`, "x=443、80", "80,443", ""},
		{`{"type":"period","params":{"open":true}}`, "x.from=115.11.23&x.open=on&x.reason=常設", forms.Period{From: day(2026, 11, 23), Open: true, Reason: "常設"}, ""},
		{`{"type":"period","params":{"open":true}}`, "x.from=115.11.23&x.to=115.13.1", nil, "date_no_such_day"},
		{`{"type":"person","params":{"external":true,"expected":true}}`, "x.kind=external&x.name=杜承恩&x.org=瀚洋&x.id=P1",
			forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋"}, ""},
		{`{"type":"person","params":{"expected":true}}`, "x.kind=expected&x.name=蕭紹安&x.expected=115/12/1",
			forms.Person{Kind: forms.Arriving, Name: "蕭紹安", Expected: day(2026, 12, 1)}, ""},
		{`{"type":"person"}`, "x=P13", forms.Person{Kind: forms.InDirectory, ID: "P13"}, ""},
		{`{"type":"persons"}`, "x=P13&x=P11", []forms.Person{{Kind: forms.InDirectory, ID: "P13"}, {Kind: forms.InDirectory, ID: "P11"}}, ""},
		{`{"type":"refs","params":{"of":"document"}}`, "x=D1&x=D2", []forms.Ref{{List: "document", ID: "D1"}, {List: "document", ID: "D2"}}, ""},
		{`{"type":"checklist",` + choices + `}`, "x.a.answer=yes&x.b.remark=再查", []forms.Mark{{Item: "a", Answer: "yes"}, {Item: "b", Remark: "再查"}}, ""},
		{`{"type":"text"}`, "x=a\x00b", nil, "text_control"},
		{`{"type":"text"}`, "x=\xff", nil, "text_utf8"},
		{`{"type":"long_text"}`, "x=一\r\n二", "一\n二", ""},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			f := oneField(t, tt.field)
			posted := forms.Posted{}
			for pair := range strings.SplitSeq(tt.typed, "&") {
				name, text, _ := strings.Cut(pair, "=")
				posted[name] = append(posted[name], text)
			}
			v, bad := f.FromText(posted, nil)
			if code := codes(bad); code != tt.refused {
				t.Fatalf("refused with %q, want %q", code, tt.refused)
			}
			if diff := cmp.Diff(tt.want, v["x"], cmpopts.EquateComparable(forms.Decimal{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A value that was built in Go is held to the same rules as one that was decoded.
func TestValuesBuiltInGoAreChecked(t *testing.T) {
	tests := []struct {
		field string
		value any
		code  string
	}{
		{`{"type":"text"}`, 3, "type"},
		{`{"type":"text"}`, " a", "text_form"},
		{`{"type":"text"}`, "e\u0301", "text_form"},
		{`{"type":"text"}`, "a\x00", "text_control"},
		{`{"type":"text"}`, "a\xff", "text_utf8"},
		{`{"type":"integer"}`, 3, "type"},
		{`{"type":"decimal"}`, 3.5, "type"},
		{`{"type":"date"}`, day(2026, 2, 30), "date_no_such_day"},
		{`{"type":"date_time"}`, time.Date(2026, 11, 23, 6, 5, 0, 1, time.UTC), "instant_form"},
		{`{"type":"time"}`, forms.Clock{Hour: 25}, "clock_format"},
		{`{"type":"person"}`, forms.Person{Kind: forms.InDirectory, ID: "P1", Org: "瀚洋"}, "person_mixed"},
		{`{"type":"unit"}`, forms.Ref{List: "register/systems", ID: "S01"}, "no_such_ref"},
		{`{"type":"ip_cidr"}`, "010.1.2.3", "network_format"},
		{`{"type":"port_list"}`, "443,80", "ports_format"},
		{`{"type":"checklist",` + choices + `}`, []forms.Mark{{Item: "b", Answer: "yes"}, {Item: "a", Answer: "yes"}}, "checklist_item"},
		{`{"type":"checklist",` + choices + `}`, []forms.Mark{{Item: "b", Remark: strings.Repeat("長", 300)}}, "too_long"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %#v", tt.field, tt.value), func(t *testing.T) {
			f := oneField(t, tt.field)
			if got := codes(f.Check(forms.CheckContext{}, forms.Values{"x": tt.value})); got != tt.code {
				t.Errorf("got %q, want %q", got, tt.code)
			}
		})
	}
}

// plateType is a type of an embedder: a licence plate.
type plateType struct{}

func (plateType) Name() string { return "plate" }

func (plateType) Compile(f forms.Field, r forms.Report) forms.Input {
	var in plateInput
	r.Params(f.Params, &in)
	return in
}

type plateInput struct {
	Electric bool `json:"electric"`
}

type plate struct{ letters, digits string }

func (plateInput) Decode(in any) (any, *forms.Fault) {
	s, _ := in.(string)
	letters, digits, ok := strings.Cut(s, "-")
	if !ok {
		return nil, &forms.Fault{Code: "plate_format", Text: forms.Text{"zh-TW": "請填寫車號，例如 ABC-1234。"}}
	}
	return plate{letters, digits}, nil
}

func (p plateInput) Parse(post forms.Post) (any, *forms.Fault) {
	if post.Text("") == "" {
		return nil, nil
	}
	return p.Decode(strings.ToUpper(post.Text("")))
}

func (p plateInput) Check(_ *forms.CheckContext, v any) *forms.Fault {
	if got, ok := v.(plate); !ok || p.Electric && !strings.HasPrefix(got.letters, "E") {
		return &forms.Fault{Code: "plate_kind", Params: map[string]any{"letters": got.letters}}
	}
	return nil
}

func (plateInput) Canonical(v any) any { p, _ := v.(plate); return p.letters + "-" + p.digits }

func (p plateInput) Format(v any, _ forms.Locale) string { return fmt.Sprint(p.Canonical(v)) }

func TestAnEmbedderAddsAType(t *testing.T) {
	s, err := forms.ParseSchema([]byte(`{"key":"f","version":"1","title":{"zh-TW":"借車單"},"fields":[
		{"key":"car","type":"plate","label":{"zh-TW":"車號"},"params":{"electric":true}},
		{"key":"charge","type":"boolean","label":{"zh-TW":"須充電"},"show_if":"car == 'EAA-0001'"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := forms.Compile(s, forms.StandardTypes()); err == nil {
		t.Error("the standard types know no licence plates")
	}
	f, err := forms.Compile(s, forms.StandardTypes().With(plateType{}))
	if err != nil {
		t.Fatal(err)
	}
	v, bad := f.Decode([]byte(`{"car":"EAA-0001","charge":true}`))
	if bad != nil || v["car"] != (plate{"EAA", "0001"}) {
		t.Fatal(v, bad)
	}
	if bad := f.Check(forms.CheckContext{}, v); bad != nil {
		t.Error(bad)
	}
	if got := string(f.EncodeJSON(v)); got != `{"car":"EAA-0001","charge":true}` {
		t.Error(got)
	}
	_, bad = f.FromText(forms.Posted{"car": {"123"}}, nil)
	if len(bad) != 1 || bad[0].Message("zh-TW") != "請填寫車號，例如 ABC-1234。" || bad[0].Field != "car" {
		t.Error(bad)
	}
	if got := codes(f.Check(forms.CheckContext{}, forms.Values{"car": plate{"ABC", "1"}})); got != "plate_kind" {
		t.Error(got)
	}
}

func TestSchemaSurvivesEncoding(t *testing.T) {
	f := accountRequest(t)
	b, err := f.Schema().Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := forms.ParseSchema(b)
	if err != nil {
		t.Fatal(err)
	}
	c, err := again.Encode()
	if err != nil || string(b) != string(c) {
		t.Errorf("%v\n%s\n%s", err, b, c)
	}
	if _, err := json.Marshal(f.Describe("zh-TW")); err != nil {
		t.Error(err)
	}
}
