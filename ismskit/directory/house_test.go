package directory_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

var taipei = time.FixedZone("Asia/Taipei", 8*3600)

// on is a moment of November 2026, the month of the stories.
func on(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, taipei)
}

// house is the demonstration agency, kept in memory as a register.Store would.
type house struct {
	t     testing.TB
	lists *register.Registry

	mu    sync.Mutex
	rows  map[string]map[string]register.Row
	stamp map[string]int64
	reads int // lists read whole
	views int
	gone  error
}

func (h *house) View(ctx context.Context, fn func(context.Context, register.Store) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.views++
	if h.gone != nil {
		return h.gone
	}
	return fn(ctx, desk{h})
}

// desk is the store of one View.
type desk struct{ *house }

func (d desk) Row(_ context.Context, list, id string) (register.Row, bool, error) {
	r, found := d.rows[list][id]
	return r, found, nil
}

func (d desk) Rows(_ context.Context, q register.Query) ([]register.Row, error) {
	d.reads++
	var out []register.Row
	for _, r := range d.rows[q.List] {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b register.Row) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func (d desk) History(context.Context, string, string) ([]register.Row, error) { return nil, nil }

func (d desk) Put(_ context.Context, r register.Row) error {
	if d.rows[r.List] == nil {
		d.rows[r.List] = map[string]register.Row{}
	}
	d.rows[r.List][r.ID] = r
	d.stamp[r.List]++
	return nil
}

func (d desk) Stamp(_ context.Context, lists ...string) (int64, error) {
	var sum int64
	for _, l := range lists {
		sum += d.stamp[l]
	}
	return sum, nil
}

// put writes a row; values are JSON as a client sends them.
func (h *house) put(list, id, values string) {
	h.t.Helper()
	form, _ := h.lists.Form(list)
	v, invalid := form.Decode([]byte(values))
	if err := invalid.Err(); err != nil {
		h.t.Fatalf("%s %s: %v", list, id, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	old := h.rows[list][id]
	row, err := h.lists.Apply(old, register.Change{List: list, ID: id, Seen: old.Revision, Values: v,
		At: time.Date(2026, time.November, 1, 9, 0, 0, 0, taipei), By: "P05", Stock: true})
	if err != nil {
		h.t.Fatalf("%s %s: %v", list, id, err)
	}
	if err := (desk{h}).Put(h.t.Context(), row); err != nil {
		h.t.Fatal(err)
	}
}

// agency moves the people of the stories in.
func agency(t testing.TB) (*house, *directory.Directory) {
	t.Helper()
	lists, err := register.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	registry, err := register.New(register.Config{Lists: lists})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, lists: registry, rows: map[string]map[string]register.Row{}, stamp: map[string]int64{}}
	for list, rows := range agencyRows {
		for id, values := range rows {
			h.put(list, id, values)
		}
	}
	d := directory.New(h, registry, directory.Options{Now: func() time.Time { return on(23, 9, 0) }})
	return h, d
}

var agencyRows = map[string]map[string]string{
	register.Units: {
		"U00":  `{"name":"晴海市政府民政局","kind":"agency","head":"T01"}`,
		"U01":  `{"name":"局長室","kind":"unit","parent":"U00","head":"T01"}`,
		"U02":  `{"name":"秘書室","kind":"unit","parent":"U00","head":"T06"}`,
		"U03":  `{"name":"資訊室","kind":"unit","parent":"U00","head":"T07"}`,
		"U06":  `{"name":"戶政科","name_en":"Household Registration Division","kind":"unit","parent":"U00","head":"T15","from":"2026-07-01"}`,
		"U06a": `{"name":"戶籍行政科","kind":"unit","parent":"U00","head":"T15a","from":"2019-01-01","to":"2026-06-30","successors":["U06"]}`,
		"U07":  `{"name":"殯葬管理處","kind":"subordinate_agency","parent":"U00","head":"T18","fallback_unit":"U03"}`,
		"U08":  `{"name":"嶼東戶政事務所","short":"嶼東所","kind":"subordinate_agency","parent":"U00","head":"T20","fallback_unit":"U03"}`,
	},
	register.Posts: {
		"T01":  `{"title":"局長","unit":"U01","head":true,"holders":[{"person":"P01"}]}`,
		"T02":  `{"title":"副局長","unit":"U01","superior":"T01","holders":[{"person":"P02"}]}`,
		"T04":  `{"title":"主任秘書","unit":"U02","superior":"T02","holders":[{"person":"P03"}]}`,
		"T05":  `{"title":"資安執行小組執行秘書","unit":"U00","superior":"T02","concurrent":true,"holders":[{"person":"P03"}]}`,
		"T06":  `{"title":"秘書室主任","unit":"U02","head":true,"superior":"T02","concurrent":true,"holders":[{"person":"P03"}]}`,
		"T07":  `{"title":"資訊室主任","unit":"U03","head":true,"superior":"T04","holders":[{"person":"P04","from":"2024-05-01"},{"person":"P05","from":"2020-01-01","to":"2024-04-30","basis":"109 年派令"}]}`,
		"T09":  `{"title":"分析師","unit":"U03","superior":"T07","holders":[{"person":"P05"}]}`,
		"T10":  `{"title":"管理師","unit":"U03","superior":"T07","holders":[{"person":"P06"}]}`,
		"T11":  `{"title":"助理員","unit":"U03","superior":"T07","holders":[{"person":"P07"}]}`,
		"T14":  `{"title":"科員","unit":"U02","superior":"T06","holders":[{"person":"P10"}]}`,
		"T15":  `{"title":"科長","unit":"U06","head":true,"superior":"T04","from":"2026-07-01","holders":[{"person":"P11"}]}`,
		"T16":  `{"title":"股長","unit":"U06","superior":"T15","from":"2026-07-01","holders":[{"person":"P12"}]}`,
		"T17":  `{"title":"科員","unit":"U06","superior":"T16","from":"2026-07-01","holders":[{"person":"P13"}]}`,
		"T15a": `{"title":"科長","unit":"U06a","head":true,"superior":"T04","to":"2026-06-30","holders":[{"person":"P11"}]}`,
		"T18":  `{"title":"處長","unit":"U07","head":true,"superior":"T01","holders":[{"person":"P14"}]}`,
		"T19":  `{"title":"技士","unit":"U07","superior":"T18","holders":[{"person":"P15"}]}`,
		"T20":  `{"title":"主任","unit":"U08","head":true,"superior":"T01","holders":[{"person":"P16"}]}`,
		"T21":  `{"title":"課員","unit":"U08","superior":"T20","holders":[{"person":"P17"}]}`,
	},
	register.People: {
		"P01": `{"name":"顧維中","login":"qh100001","post":"T01","unit":"U01"}`,
		"P02": `{"name":"高若嵐","login":"qh100002","post":"T02","unit":"U01"}`,
		"P03": `{"name":"莊景文","login":"qh100003","post":"T04","unit":"U02"}`,
		"P04": `{"name":"江志恆","login":"qh110004","post":"T07","unit":"U03"}`,
		"P05": `{"name":"賴思妤","login":"qh110005","post":"T09","unit":"U03"}`,
		"P06": `{"name":"方冠宇","login":"qh110006","post":"T10","unit":"U03"}`,
		"P07": `{"name":"溫佩真","login":"qh110007","post":"T11","unit":"U03"}`,
		"P10": `{"name":"龔怡安","login":"qh140010","post":"T14","unit":"U02"}`,
		"P11": `{"name":"邱柏叡","login":"qh150011","post":"T15","unit":"U06"}`,
		"P12": `{"name":"范語彤","login":"qh150012","post":"T16","unit":"U06"}`,
		"P13": `{"name":"鍾明哲","name_en":"Chung Ming-che","login":"qh150013","post":"T17","unit":"U06"}`,
		"P14": `{"name":"白俊霖","login":"qh160014","post":"T18","unit":"U07"}`,
		"P15": `{"name":"駱建豪","login":"qh160015","post":"T19","unit":"U07","to":"2026-11-30"}`,
		"P16": `{"name":"湯舒涵","login":"qh170016","post":"T20","unit":"U08"}`,
		"P17": `{"name":"卓育誠","login":"qh170017","post":"T21","unit":"U08"}`,
		"P18": `{"name":"康芷寧","login":"qh170018","unit":"U08"}`,
	},
	register.Offices:   {"U91": `{"name":"瀚洋資訊股份有限公司（虛構廠商）","kind":"vendor"}`},
	register.Externals: {"X1": `{"name":"杜承恩","org":"U91","kind":"vendor_staff","responsible":"P06"}`},
	register.Roles: {
		"documents.document_controller": `{"module":"documents","key":"document_controller","title":"文管人員","members":[{"person":"P07","from":"2024-05-01"},{"person":"P05","to":"2024-04-30","basis":"109 年派令"}]}`,
		"changes.approver":              `{"module":"changes","key":"approver","title":"重大變更核准","members":[{"post":"T05"}]}`,
		"access.module_manager":         `{"module":"access","key":"module_manager","title":"模組管理人員","members":[{"person":"P07"}]}`,
		"access.module_manager.U08":     `{"module":"access","key":"module_manager","title":"模組管理人員","agency":"U08","members":[{"person":"P17"}]}`,
		"documents.consulted":           `{"module":"documents","key":"consulted","title":"預設會辦單位","units":["U06","U07"]}`,
		"findings.auditor":              `{"module":"findings","key":"auditor","title":"內部稽核員"}`,
	},
	register.Systems: {
		"S02": `{"name":"公文系統","owner":"P10","admins":["P10"],"backup_admins":["P07"]}`,
		"S06": `{"name":"禮儀服務預約系統","owner":"P15","admins":["P05"],"backup_admins":["P06"]}`,
		"S11": `{"name":"嶼東所檔案伺服器","agency":"U08","owner":"P17","admins":["P17"],"backup_admins":["P18"]}`,
	},
	register.Grants: {"G02": `{"system":"S02","state":"active","account":"qh150013","responsible":"P13"}`},
	register.Deputies: {
		"D01": `{"principal":"P11","ordered":["P12","P10"],"from":"2026-11-23T00:00:00+08:00","to":"2026-11-25T23:59:00+08:00","reason":"公假"}`,
		"D02": `{"principal":"P12","ordered":["P10"],"from":"2026-11-25T12:30:00+08:00","to":"2026-11-25T17:30:00+08:00","reason":"事假","scope_text":"本職"}`,
		"D03": `{"principal":"P04","ordered":["P05","P06"],"scope_text":"平時預設"}`,
		"D05": `{"principal":"P06","ordered":["P05"],"limits":[{"what":"system","key":"S09"},{"what":"system","key":"S10"},{"what":"form","key":"IS-04-056"}]}`,
		"D06": `{"principal":"P07","ordered":["P10"],"limits":[{"what":"module","key":"documents"},{"what":"not_step","key":"approve"}]}`,
		"D08": `{"principal":"P16","ordered":["P17"],"limits":[{"what":"role","key":"unit_head"}],"conflict_when":"deputy_is_applicant","conflict_unit":"U03","conflict_text":"卓育誠為申請人時不得代理"}`,
	},
}

func ask(t *testing.T, d *directory.Directory, q directory.Question) directory.Answer {
	t.Helper()
	answers, err := d.Resolve(t.Context(), []directory.Question{q})
	if err != nil {
		t.Fatal(err)
	}
	return answers[0]
}

func names(holders []directory.Holder) string {
	var out []string
	for _, h := range holders {
		out = append(out, strings.TrimSpace(h.PostTitle+" "+h.Name))
	}
	return strings.Join(out, "、")
}
