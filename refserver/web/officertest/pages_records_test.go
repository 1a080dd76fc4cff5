package officertest

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func TestRecordsAreFoundByTwoCharacters(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	all := officer.Get("/records").Says(t, 200, "作業紀錄", "行政入口網公告上稿權限", "權限帳號申請單", "戶政科", "115.11.20", "陳核中", "原件")
	if strings.Contains(all.Text, "較新的") {
		t.Error("the first page has newer ones")
	}
	officer.Get("/records?q="+url.QueryEscape("資料夾")).Says(t, 200, "<mark>資料夾</mark>", "含有「資料夾」", "清除全部")
	officer.Get("/records?q="+url.QueryEscape("ｉｓ-04-012-115-0087")).Says(t, 200, "<mark>IS-04-012-115-0087</mark>", "1 件")
	// What no condition lists is typed: a unit, a form.
	for _, typed := range []string{"戶政科", "權限帳號申請單"} {
		officer.Get("/records?q="+url.QueryEscape(typed)).Says(t, 200, "行政入口網公告上稿權限").Not(t, "<strong>0 件</strong>")
	}
	officer.Get("/records?q="+url.QueryEscape("不存在")).Says(t, 200, "0 件", "查無符合條件的作業紀錄")
	officer.Get("/records?q="+url.QueryEscape("資料夾")+"&lang=en").Says(t, 200, "contains “資料夾”")
}

// B3.9: the archive is crossed by form type, person and class too, each value under its name with
// how many there are, and two characters are found and marked.
func TestB3_9TheArchiveIsCrossedByTypePersonAndClass(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	page := officer.Get("/records?q="+url.QueryEscape("權限")).Says(t, 200, "<mark>權限</mark>", `<h2 class="facet__name">表單種類</h2>`, `<h2 class="facet__name">申請人</h2>`, `<h2 class="facet__name">機密等級</h2>`)
	said := map[string]string{}
	for _, link := range facetLink.FindAllStringSubmatch(page.Text, -1) {
		if ask, err := url.Parse(html.UnescapeString(link[1])); err == nil {
			for _, name := range []string{"type", "person", "class"} {
				if value := ask.Query().Get(name); value != "" {
					said[name+"="+value] = link[2]
				}
			}
		}
	}
	if said["type=account_request"] != "權限帳號申請單" || said["person=P13"] != "鍾明哲" || said["type=document"] != "文件" || said["class=internal"] != "內部使用" {
		t.Errorf("%v", said)
	}
	officer.Get("/records?q="+url.QueryEscape("權限")+"&type=account_request&person=P13&class=general").
		Says(t, 200, "表單種類 權限帳號申請單", "申請人 鍾明哲", "機密等級 一般", "行政入口網公告上稿<mark>權限</mark>")
	// A condition keeps its name where nothing has it.
	officer.Get("/records?type=account_request&class=secret").Says(t, 200, "<strong>0 件</strong>", "表單種類 權限帳號申請單", "機密等級 機密")
}

var facetLink = regexp.MustCompile(`<li><a href="(/records[^"]*)"[^>]*><span>([^<]*?)(?: <span class="muted">[^<]*</span>)?</span> <span class="count">(\d+)</span>`)

// Every count is a door: behind it lie as many records as it said.
func TestEveryCountOpensItsList(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	start := officer.Get("/records?q=" + url.QueryEscape("權限"))
	links := facetLink.FindAllStringSubmatch(start.Text, -1)
	if len(links) < 15 {
		t.Fatalf("%d counts", len(links))
	}
	for _, link := range links {
		page := officer.Get(html.UnescapeString(link[1]))
		if !strings.Contains(page.Text, "<strong>"+link[3]+" 件</strong>") {
			t.Errorf("%s says %s, but behind %s there are others", link[2], link[3], link[1])
		}
		if !strings.Contains(page.Text, `aria-current="true"`) {
			t.Errorf("%s: not chosen behind its own link", link[2])
		}
	}
}

func TestConditionsAreTakenAwayOneByOne(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	page := officer.Get("/records?q=%E6%AC%8A%E9%99%90&year=115&year=114&state=closed&unit=U06").
		Says(t, 200, "作業年度 115、114", "狀態 已結案", "單位 戶政科", "含有「權限」", `<input type="hidden" name="year" value="115">`)
	if !strings.Contains(page.Text, `href="/records?state=closed&amp;unit=U06&amp;year=115&amp;year=114"`) {
		t.Error("the words cannot be taken away alone")
	}
	if !strings.Contains(page.Text, `href="/records?q=%E6%AC%8A%E9%99%90&amp;state=closed&amp;unit=U06"`) {
		t.Error("the year cannot be taken away alone")
	}
	officer.Get("/records?unit=U06a").Says(t, 200, "戶籍行政科", "（115年6月30日止）")
	officer.Get("/records?year=abc").Says(t, 422, "作業年度（year）「abc」不是年度")
}

var moreLink = regexp.MustCompile(`href="([^"]+)" rel="(next|prev)"`)

func link(r webtest.Reply, rel string) string {
	for _, m := range moreLink.FindAllStringSubmatch(r.Text, -1) {
		if m[2] == rel {
			return html.UnescapeString(m[1])
		}
	}
	return ""
}

var subjectLink = regexp.MustCompile(`<td role="cell" class="list__title"><a href="([^"]+)"`)

func rows(r webtest.Reply) []string {
	var out []string
	for _, m := range subjectLink.FindAllStringSubmatch(r.Text, -1) {
		out = append(out, m[1])
	}
	return out
}

// Paging goes to the end and all the way back over the same pages.
func TestOlderAndNewer(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	var pages [][]string
	page := officer.Get("/records")
	for {
		pages = append(pages, rows(page))
		older := link(page, "next")
		if older == "" {
			break
		}
		page = officer.Get(older)
	}
	if len(pages) < 2 {
		t.Fatalf("%d pages", len(pages))
	}
	seen := slices.Concat(pages...)
	slices.Sort(seen)
	if n := len(slices.Compact(slices.Clone(seen))); n != len(seen) {
		t.Errorf("%d of %d records are listed twice", len(seen)-n, len(seen))
	}
	for i := len(pages) - 2; i >= 0; i-- {
		page = officer.Get(link(page, "prev"))
		if !slices.Equal(rows(page), pages[i]) {
			t.Errorf("page %d is another one on the way back", i)
		}
	}
	for _, bad := range []string{"x", "~", strings.Repeat("0~a,", 50)} {
		officer.Get("/records?after="+url.QueryEscape(bad)).Says(t, 422, "頁次（after）")
	}
}

// Days are typed as in forms, and what cannot be read is named: nothing is left out of
// a search without saying so.
func TestTheArchiveIsSearchedByDay(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	officer := h.As(t, "P04")
	for _, today := range []string{"115.11.23", "1151123", "115/11/23"} {
		officer.Get("/records?from="+today+"&to="+today).Says(t, 200, `value="`+today+`"`, "115.11.23（一）", `href="`+path+`"`)
	}
	officer.Get("/records?from=115.11.24").Says(t, 200, "115.11.24（二）").Not(t, `href="`+path+`"`)
	officer.Get("/records?to=115.11.22").Says(t, 200).Not(t, `href="`+path+`"`)

	officer.Get("/records?from=115.13.45&q="+url.QueryEscape("收發")).Says(t, 422, `id="from-e"`, "「115.13.45」不是日期", `value="115.13.45"`, `value="收發"`, `href="`+path+`"`)
	officer.Get("/records?from=115.11.23&to=115.11.20").Says(t, 422, `id="to-e"`, "早於起日")
	for _, sign := range []string{"%", "_", "—"} { // not used is not used: it takes nothing away either
		officer.Get("/records?q="+url.QueryEscape(sign)).Says(t, 422, "查詢文字「"+sign+"」只有標點或符號，不能用來查詢，此項條件未採用", `value="`+sign+`"`, `href="`+path+`"`).
			Not(t, "查無符合條件", `class="chip"`)
	}
	officer.Get("/records?rows=yes").Says(t, 422, "「yes」未採用")
	officer.Get("/records?filed=115.11.23").Says(t, 422, "「filed」不是查詢條件")
	officer.Post("/records/bundle?from=115.13.45").Says(t, 422, "「115.13.45」不是日期")
	officer.Get("/records?filed=115.11.23&lang=en").Says(t, 422, "“filed” in the address")
}

// What somebody may not see is in no list and no count.
func TestAClerkSeesHisOwnAndTheHousesDocuments(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P14")
	clerk.Get("/records").Says(t, 200).Not(t, "嶼東所主任遠端連線", "資訊資產清單", "網路架構圖")
	total, err := h.Kit.Records().Count(t.Context(), ismskit.Actor{Person: "P14"}, record.Query{}, record.ByAll)
	if err != nil {
		t.Fatal(err)
	}
	officers, err := h.Kit.Records().Count(t.Context(), ismskit.Actor{Person: "P04"}, record.Query{}, record.ByAll)
	if err != nil || total[0].Count >= officers[0].Count {
		t.Errorf("%v %v %v", total, officers, err)
	}
}

func TestRowsOfRequestsOnDemand(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	without := officer.Get("/records?q=0087").Says(t, 200, "一併列出分案各列")
	with := officer.Get("/records?q=0087&rows=1").Says(t, 200, "不列分案各列")
	if len(rows(with)) < len(rows(without)) {
		t.Errorf("%d with rows, %d without", len(rows(with)), len(rows(without)))
	}
}

// A case opened from 作業紀錄 leads back to the same search, one from 待辦事項 to the
// same tab; an address of another host leads nowhere.
func TestACaseLeadsBackToWhereItWasOpenedFrom(t *testing.T) {
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	for from, want := range map[string]string{
		h.URL + "/records?q=%E5%B8%B3%E8%99%9F&year=115": `<li><a href="/records?q=%E5%B8%B3%E8%99%9F&amp;year=115">作業紀錄</a></li>`,
		h.URL + "/?kind=handle":                          `<li><a href="/?kind=handle">待辦事項</a></li>`,
		h.URL + "/handling?tab=ended":                    `<li><a href="/handling?tab=ended">處置工作</a></li>`,
		h.URL + "/notices":                               `<li><a href="/">待辦事項</a></li>`,
		"https://elsewhere.example/records?q=x":          `<li><a href="/">待辦事項</a></li>`,
		"":                                               `<li><a href="/">待辦事項</a></li>`,
	} {
		clerk := h.As(t, "P13")
		clerk.Header = http.Header{"Referer": {from}}
		clerk.Get(path).Says(t, http.StatusOK, want)
	}
}

// A document's row says that its day is that of issue, a case's that of application; and the
// words under the box say what a year is there.
func TestARowSaysWhatItsDayIs(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.Apply(t)
	clerk := h.As(t, "P13")
	clerk.Get("/records?q=IS-02-008").Says(t, 200, `data-label="發行日"`, ">發行日</span>", "年度請選「作業年度」", "申請日、發行日")
	clerk.Get("/records?q=%E6%AC%8A%E9%99%90%E5%B8%B3%E8%99%9F%E7%94%B3%E8%AB%8B&rows=0").Says(t, 200, `data-label="申請日"`)
}
