package print_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/workflow"
)

func form(t *testing.T) *forms.Form {
	t.Helper()
	s, err := forms.ParseSchema([]byte(`{"key":"f","version":"1","title":{"zh-TW":"申請單","en":"Request"},"fields":[
		{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"}},
		{"key":"reason","type":"long_text","label":{"zh-TW":"事由","en":"Reason"},"show_if":"subject != 'x'"},
		{"key":"later","type":"text","label":{"zh-TW":"核定","en":"Decided"},"later":true},
		{"key":"lines","type":"table","label":{"zh-TW":"項目","en":"Items"},"fields":[
			{"key":"system","type":"ref","label":{"zh-TW":"系統","en":"System"},"params":{"of":"register","list":"systems"}},
			{"key":"items","type":"multi_choice","label":{"zh-TW":"權限","en":"Permissions"},"options_from":{"register":"systems","of":"system","list":"items"}},
			{"key":"remark","type":"text","label":{"zh-TW":"備註","en":"Remark"}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	f, err := forms.Compile(s, forms.StandardTypes())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type names struct{}

func (names) Name(forms.Need) (string, bool) { return "", true }
func (names) Options(forms.Need) ([]forms.Option, bool) {
	return []forms.Option{{Key: "read", Label: forms.Text{"zh-TW": "讀取", "en": "Read"}}, {Key: "write", Label: forms.Text{"zh-TW": "修改", "en": "Modify"}}}, true
}

var at = time.Date(2026, 11, 23, 1, 5, 0, 0, time.UTC)

// Who filled it in for the applicant stands beside him and on the trail, and the seal is his who did
// it.
func TestAPrintNamesWhoFilledItIn(t *testing.T) {
	c := request(t)
	clerk := c.Flow.Applicant
	writer := workflow.Signer{Person: "P10", Name: "龔怡安", PostTitle: "科員"}
	c.Writer = &writer
	c.Trail = []ismskit.Entry{{At: at, Event: ismskit.Event{Verb: workflow.VerbSubmit, By: writer, For: &clerk, Via: ismskit.ViaWriter}}}
	s := print.Of(c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}})
	if s.FilledBy != "由 科員 龔怡安 代填" || s.Stamps[0][0].Name != "龔怡安" || s.Stamps[0][0].For != "代 科員 鍾明哲 填寫" || s.Stamps[0][0].Acting {
		t.Errorf("%q, %+v", s.FilledBy, s.Stamps[0][0])
	}
	if line := s.Trail[0]; line.Step != "代填" || line.Who != "科員 龔怡安" || line.For != "代 科員 鍾明哲 填寫" || line.Acting {
		t.Errorf("on the trail: %+v", line)
	}
}

func request(t *testing.T) ismskit.Case {
	clerk := workflow.Signer{Person: "P13", Name: "鍾明哲", PostTitle: "科員"}
	head := workflow.Signer{Person: "P11", Name: "邱柏叡", PostTitle: "科長"}
	deputy := workflow.Signer{Person: "P12", Name: "范語彤", PostTitle: "股長"}
	step := workflow.Text{"zh-TW": "單位主管", "en": "Unit head"}
	c := ismskit.Case{
		Form: form(t), Word: "handling", Kind: ismskit.TypeInfo{Title: forms.Text{"zh-TW": "申請單", "en": "Request"}, FormNo: "IS-04-012", Edition: "1.4"},
		Fields: forms.Values{"subject": "申請<帳號>", "reason": "業務\n需要", "lines": []forms.Row{
			{forms.RowID: "aaaa", "system": forms.Ref{List: "register/systems", ID: "S1", Name: "公文系統"}, "items": []string{"read", "write"}},
		}},
		Flow: workflow.State{Applicant: clerk, Submitted: at, Tasks: []workflow.Task{
			{ID: "t1", Step: "head", Kind: workflow.KindReview, Status: workflow.TaskDone, Verb: workflow.VerbApprove, By: &deputy, For: &head, Closed: at.Add(time.Hour)},
		}},
		Way: ismskit.Route{Steps: []ismskit.RouteStep{
			{ID: "head", Node: "step", Name: step}, {ID: "confirm", Node: "step", Name: workflow.Text{"zh-TW": "申請人確認", "en": "Applicant confirms"}},
		}},
		Trail: []ismskit.Entry{
			{Event: ismskit.Event{Verb: workflow.VerbSubmit, By: clerk, Via: "applicant"}, At: at},
			{Event: ismskit.Event{Verb: workflow.VerbApprove, By: deputy, For: &head, Comment: "確有需要"}, StepName: step, Kind: workflow.KindReview, At: at.Add(time.Hour)},
		},
	}
	c.Number, c.UnitName, c.ApplicantName, c.Class, c.Submitted = "IS-04-012-115-0087", "戶政科", "鍾明哲", "一般", at
	c.Head.Seq = 2
	return c
}

// A case that ended by itself says so where a signature would stand, with when; and the foot
// tells what is printed from what is sealed.
func TestWhatEndedByItselfIsPrinted(t *testing.T) {
	c := request(t)
	c.Closed = at.Add(72 * time.Hour)
	c.Word = "closed"
	system := workflow.Signer{Person: ismskit.SystemPerson}
	c.Flow.Tasks = append(c.Flow.Tasks, workflow.Task{ID: "t2", Step: "confirm", Kind: workflow.KindConfirm, Status: workflow.TaskLapsed, Verb: workflow.VerbLapse, Closed: c.Closed})
	c.Trail = append(c.Trail,
		ismskit.Entry{Event: ismskit.Event{Verb: workflow.VerbJoin, By: system}, At: at.Add(2 * time.Hour)},
		ismskit.Entry{Event: ismskit.Event{Verb: workflow.VerbLapse, By: system}, StepName: workflow.Text{"zh-TW": "申請人確認"}, Kind: workflow.KindConfirm, At: c.Closed})
	s := print.Of(c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}, Now: c.Closed})
	last := s.Trail[len(s.Trail)-1]
	if len(s.Trail) != 3 || last.Who != "系統" || last.Step != "申請人確認" || !strings.HasPrefix(last.Decision, "逾期未確認") || last.At != "115.11.26 09:05" {
		t.Errorf("%+v", s.Trail)
	}
	if stamp := s.Stamps[0][2]; stamp.Name != "" || !strings.Contains(stamp.Note, "逾期未確認") || !strings.Contains(stamp.Note, "115.11.26") {
		t.Errorf("%+v", stamp)
	}
	if !strings.HasSuffix(s.State, "（115.11.26 09:05）") || !strings.Contains(s.Proof, "封存紀錄共 4 筆，本表列印 3 筆") {
		t.Errorf("%s %s", s.State, s.Proof)
	}
}

// A deadline that moved with the calendar is printed with both days: by it a signature was in
// time or late.
func TestADeadlineThatMovedIsPrinted(t *testing.T) {
	c := request(t)
	c.Trail = append(c.Trail, ismskit.Entry{
		Event: ismskit.Event{Verb: workflow.VerbRedate, By: workflow.Signer{Person: ismskit.SystemPerson}, Comment: "115.11.24停止上班"}, At: at.Add(2 * time.Hour),
		Moved: []ismskit.MovedDue{{Task: "t1", Step: "head", Name: workflow.Text{"zh-TW": "單位主管"}, From: "2026-11-26", To: "2026-11-27"}},
	})
	s := print.Of(c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}, Now: at})
	last := s.Trail[len(s.Trail)-1]
	if last.Who != "系統" || last.Decision != "調整期限" || last.Comment != "115.11.24停止上班" || !slices.Equal(last.Notes, []string{"單位主管：原訂 115.11.26，調整為 115.11.27"}) {
		t.Errorf("%+v", last)
	}
}

// A row's deadline that moved stands in no step: it is printed beside the row, not after a colon
// before which nothing stands.
func TestARowsDeadlineThatMovedIsPrintedWithItsRow(t *testing.T) {
	c := request(t)
	row := ismskit.ChildCase{Form: c.Form, Fields: c.Fields, RowNo: 1, Title: "公文系統"}
	row.Trail = []ismskit.Entry{{
		Event: ismskit.Event{Verb: workflow.VerbRedate, By: workflow.Signer{Person: ismskit.SystemPerson}, Comment: "115.11.24停止上班"}, At: at.Add(2 * time.Hour),
		Moved: []ismskit.MovedDue{{Task: "t1", Step: "do", Name: workflow.Text{"zh-TW": "處置"}, From: "2026-11-26", To: "2026-11-27"}},
	}}
	c.Rows = []ismskit.ChildCase{row}
	s := print.Of(c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}, Now: at})
	if last := s.Trail[len(s.Trail)-1]; last.Step == "" || strings.HasPrefix(last.Step, "：") {
		t.Errorf("%+v", last)
	}
}

// What went to an office outside and what came back is printed whole.
func TestWhatWasSentOutStandsOnPaper(t *testing.T) {
	c := request(t)
	admin := workflow.Signer{Person: "P06", Name: "方冠宇", PostTitle: "管理師"}
	c.Trail = append(c.Trail, ismskit.Entry{At: at.Add(2 * time.Hour), Event: ismskit.Event{Verb: workflow.VerbAnswer, By: admin, Outside: &workflow.OutsideNote{
		To: "市府資訊中心", How: "公文", Number: "A-1", Sent: at, ExpectedDate: "2026-11-30", Text: "請建立信箱",
		Replied: at, ReplyNumber: "市資字第900號", Reply: "信箱已建立", Proof: []string{"回復信.pdf"},
	}, Changes: []ismskit.Changed{{Name: "later", To: "已核定"}}}})
	out, err := print.A4{}.Case(t.Context(), c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}, Now: at})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"送往：市府資訊中心", "方式：公文", "受理號：A-1", "送件日：115.11.23", "預計回復日：115.11.30", "說明：請建立信箱",
		"回復日：115.11.23", "回復文號：市資字第900號", "回復內容：信箱已建立", "佐證：回復信.pdf", "核定：已核定",
	} {
		if !strings.Contains(string(out.Body), "<p>"+line+"</p>") {
			t.Errorf("%s is not printed", line)
		}
	}
}

// Who was asked for an opinion, had it taken away, or did not want it has not signed for the
// head: his field is empty until he has, and the others stand in fields of their own.
func TestWhoWasAskedBesideTheStepHasNoStampOfIt(t *testing.T) {
	c := request(t)
	person := func(id, name, post string) *workflow.Signer {
		return &workflow.Signer{Person: id, Name: name, PostTitle: post}
	}
	task := func(id string, origin workflow.Origin, status workflow.TaskStatus, by *workflow.Signer) workflow.Task {
		return workflow.Task{ID: id, Step: "head", Kind: workflow.KindReview, Status: status, Origin: origin, By: by, Closed: at}
	}
	c.Flow.Tasks = []workflow.Task{
		task("t1", "", workflow.TaskWaiting, nil),
		task("t2", workflow.OriginConsult, workflow.TaskDone, person("P02", "龔怡安", "科員")),
		task("t3", workflow.OriginDelegate, workflow.TaskDeclined, person("P04", "江志恆", "主任")),
		task("t4", workflow.OriginBefore, workflow.TaskOpen, nil),
	}
	stamps := func() (out []string) {
		for _, line := range print.Of(c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}}).Stamps {
			for _, s := range line {
				if strings.Contains(s.Step, "單位主管") {
					out = append(out, s.Step+"："+s.Name)
				}
			}
		}
		return out
	}
	if got := stamps(); !slices.Equal(got, []string{"加會（單位主管）：龔怡安", "加簽（單位主管）：", "單位主管："}) {
		t.Errorf("before the head has signed: %q", got)
	}
	c.Flow.Tasks[0] = task("t1", "", workflow.TaskDone, person("P11", "邱柏叡", "科長"))
	c.Flow.Tasks[3] = task("t4", workflow.OriginBefore, workflow.TaskDone, person("P03", "莊景文", "主任秘書"))
	if got := stamps(); !slices.Equal(got, []string{"單位主管：邱柏叡", "加會（單位主管）：龔怡安", "加簽（單位主管）：莊景文"}) {
		t.Errorf("afterwards: %q", got)
	}
}

// U3: one person did what two should have; the form says who reviews it and until
// when, and afterwards who has.
func TestWhatOneDidAloneIsPrintedWithWhoReviewsIt(t *testing.T) {
	c := request(t)
	bureau := workflow.Signer{Person: "P01", Name: "顧維中", PostTitle: "局長"}
	admin := workflow.Signer{Person: "P06", Name: "方冠宇", PostTitle: "管理師"}
	c.Flow.Tasks[0] = workflow.Task{ID: "t1", Step: "head", Kind: workflow.KindReview, Status: workflow.TaskDone, Verb: workflow.VerbApprove, By: &admin, Alone: true, Closed: at}
	review := &ismskit.RouteReview{People: []ismskit.RoutePerson{{Signer: bureau}}}
	review.Due.Date = calendar.DateOf(at).AddDays(14)
	c.Way.Steps[0].Review = review
	stamps := func() []print.Stamp { return print.Of(c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}}).Stamps[0] }
	if note := stamps()[1].Note; note != "同一人辦理，事後由 局長 顧維中 複核（期限 115.12.07）" {
		t.Error(note)
	}
	review.Done = at.Add(24 * time.Hour)
	c.Flow.Tasks = append(c.Flow.Tasks, workflow.Task{ID: "t2", Step: "head", Kind: workflow.KindReview, Status: workflow.TaskDone, Origin: workflow.OriginCheck, From: "t1", By: &bureau, Closed: review.Done})
	if s := stamps(); !strings.HasPrefix(s[1].Note, "同一人辦理，局長 顧維中 已於 115.11.24") || s[2].Step != "事後複核（單位主管）" || s[2].Name != "顧維中" {
		t.Errorf("%+v", s)
	}
}

// A step that somebody who has agreed already needn't sign again, or that the case went around, is
// no signature that is still missing: the form says so.
func TestAStepThatIsNotNeededIsNoMissingStamp(t *testing.T) {
	c := request(t)
	head := workflow.Signer{Person: "P11", Name: "邱柏叡", PostTitle: "科長"}
	c.Flow.Tasks[0] = workflow.Task{ID: "t1", Step: "head", Kind: workflow.KindReview, Status: workflow.TaskSkipped, Holder: workflow.Holder{Named: []workflow.Signer{head}}}
	c.Flow.Marks = []workflow.Mark{{Node: "head", Status: workflow.MarkSkipped}}
	says := func() string {
		return print.Of(c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}}).Stamps[0][1].NotNeeded
	}
	if got := says(); got != "不需辦理（科長 邱柏叡 已核准）" {
		t.Error(got)
	}
	out, err := print.A4{}.Case(t.Context(), c, ismskit.Imprint{Lang: "zh-TW", Lookup: names{}, Now: at})
	if err != nil || !strings.Contains(string(out.Body), "不需辦理（科長 邱柏叡 已核准）") {
		t.Errorf("the form does not say so: %v", err)
	}
	c.Flow.Tasks, c.Flow.Marks[0].Status = nil, workflow.MarkOff
	if got := says(); got != "不需辦理" {
		t.Error(got)
	}
	c.Flow.Marks[0].Status = workflow.MarkOpen
	if got := says(); got != "" {
		t.Errorf("of a step that is still to sign: %s", got)
	}
}

// The official form: head, what was filled in, stamps with the deputy's name and
// whose place he took, the trail, and what is still to be stamped.
func TestACaseOnPaper(t *testing.T) {
	out, err := print.A4{}.Case(t.Context(), request(t), ismskit.Imprint{Agency: "晴海市政府民政局", Lang: "zh-TW", Lookup: names{}, Now: at, By: workflow.Signer{UnitName: "戶政科", Name: "鍾明哲"}})
	if err != nil {
		t.Fatal(err)
	}
	page := string(out.Body)
	if out.Name != "IS-04-012-115-0087 申請單.html" || !strings.Contains(page, out.Part) {
		t.Errorf("%s, or the part is not what the file holds", out.Name)
	}
	for _, want := range []string{
		"晴海市政府民政局", "<h1>申請單</h1>", "案號：IS-04-012-115-0087", "申請&lt;帳號&gt;", "讀取、修改", "公文系統",
		"115年11月23日", "處置中，尚未結案", "范語彤 代", "代理 科長 邱柏叡", "未核章", "同意", "確有需要", "115.11.23 10:05", "相符", "@page",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, never := range []string{"備註", "核定", "<帳號>"} {
		if strings.Contains(page, never) {
			t.Errorf("%s is there", never)
		}
	}
	english, err := print.A4{}.Case(t.Context(), request(t), ismskit.Imprint{Lang: "en", Lookup: names{}, Now: at})
	if err != nil || !strings.Contains(english.Part, "Read, Modify") || !strings.Contains(english.Part, "for 科長 邱柏叡") {
		t.Errorf("%v %s", err, english.Part)
	}
}

func TestADecisionInTheWordsOfItsStep(t *testing.T) {
	for _, tt := range []struct {
		verb    workflow.Verb
		kind    workflow.Kind
		comment string
		want    string
	}{
		{workflow.VerbApprove, workflow.KindReview, "", "同意"},
		{workflow.VerbApprove, workflow.KindApprove, "", "核准"},
		{workflow.VerbApprove, workflow.KindConsult, "", "無意見"},
		{workflow.VerbApprove, workflow.KindConsult, "請補圖", "附意見"},
		{workflow.VerbApprove, workflow.KindRead, "", "已閱"},
		{workflow.VerbReject, workflow.KindReview, "", "不同意"},
		{workflow.VerbReject, workflow.KindApprove, "", "不予核准"},
		{workflow.VerbApprove, workflow.KindAccept, "", "同意承接"},
		{workflow.VerbReturn, workflow.KindAccept, "不認識該帳號", "不同意承接"},
		{workflow.VerbRecord, workflow.KindHandle, "", "登錄處置結果"},
		{"something", "", "", "something"},
	} {
		if got := print.Decision("zh-TW", tt.verb, tt.kind, "", tt.comment); got != tt.want {
			t.Errorf("%s in %s: %s, want %s", tt.verb, tt.kind, got, tt.want)
		}
	}
	// Whoever was asked on the way gives an opinion, whatever kind of step he was asked from.
	for comment, want := range map[string]string{"": "無意見", "請補圖": "附意見"} {
		if got := print.Decision("zh-TW", workflow.VerbApprove, workflow.KindReview, workflow.OriginConsult, comment); got != want {
			t.Errorf("asked for an opinion, %q: %s, want %s", comment, got, want)
		}
	}
}

func TestBothLanguagesHaveEveryText(t *testing.T) {
	read := func(lang string) map[string]string {
		b, err := os.ReadFile("texts/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	zh, en := read("zh-TW"), read("en")
	for key := range zh {
		if en[key] == "" {
			t.Errorf("%s is missing in en", key)
		}
	}
	if len(zh) != len(en) {
		t.Errorf("%d and %d texts", len(zh), len(en))
	}
}
