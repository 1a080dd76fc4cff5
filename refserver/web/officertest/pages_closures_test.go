package officertest

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var (
	hidden   = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	withdraw = regexp.MustCompile(`href="(/closures/withdraw\?id=[^"]+)"`)
)

// carried are the hidden fields of a page, with more behind.
func carried(page webtest.Reply, fields ...string) []string {
	var out []string
	for _, m := range hidden.FindAllStringSubmatch(page.Text, -1) {
		out = append(out, m[1], html.UnescapeString(m[2]))
	}
	return append(out, fields...)
}

var faultHref = regexp.MustCompile(`href="#([\w.-]+)">[^<]+</a></li>`)

// inPageOrder holds what a page says above is wrong to where its fields stand.
func inPageOrder(t *testing.T, page webtest.Reply, n int) {
	t.Helper()
	said := faultHref.FindAllStringSubmatch(page.Text, -1)
	if len(said) != n {
		t.Errorf("%d things are wrong, want %d: %q", len(said), n, said)
	}
	last := 0
	for _, m := range said {
		at := strings.Index(page.Text, ` id="`+m[1]+`"`)
		if at < last {
			t.Errorf("%s is not said where it stands on the page", m[1])
		}
		last = at
	}
}

// U11 by pages alone: at eight in the evening one officer enters a typhoon day, sees
// before what it moves, and takes it back when the city changes its mind.
func TestATyphoonDayByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.Until(t, time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC))
	officer, clerk := h.As(t, "P07"), h.As(t, "P13")
	officer.Get("/").Says(t, http.StatusOK, `href="/closures"`)
	clerk.Get("/").Not(t, `href="/closures"`)
	clerk.Get("/closures").Says(t, http.StatusOK, "目前沒有登錄停止上班或停機").Not(t, "登錄停止上班或停機</h2>")
	if got := clerk.Post("/closures", "from", "115.11.24", "reason", "鳳凰颱風", "do", "enter"); got.StatusCode != http.StatusNotFound {
		t.Errorf("anybody closes the office: %d", got.StatusCode)
	}

	form := officer.Get("/closures").Says(t, http.StatusOK, "115.11.23", "20:00")
	officer.Post("/closures", form.With("from", "115.13.40", "reason", "鳳凰颱風", "do", "preview")...).Says(t, http.StatusUnprocessableEntity, "鳳凰颱風", "115.13.40")
	officer.Post("/closures", form.With("from", "115.11.24", "reason", "", "place", "臺北市", "do", "preview")...).Says(t, http.StatusUnprocessableEntity, "請填事由", "臺北市")
	officer.Post("/closures", form.With("from", "115.13.40", "to", "115.11.25", "reason", "", "place", "臺北市", "announced", "115.12.40", "do", "enter")...).Says(t, http.StatusUnprocessableEntity,
		`id="from-error"`, `id="reason-error"`, `id="announced-error"`, `value="115.13.40"`, `value="115.11.25"`, `value="臺北市"`, `value="115.12.40"`).Not(t, `id="to-error"`)
	// A time that is none is said at the time, and all of it in the order of the page.
	officer.Post("/closures", form.With("from", "115.11.24", "reason", "鳳凰颱風", "announced", "115.11.23", "announced_time", "25:70", "do", "enter")...).Says(t, http.StatusUnprocessableEntity,
		`href="#announced_time"`, `id="announced_time-error"`, `value="25:70"`).Not(t, `id="announced-error"`)
	inPageOrder(t, officer.Post("/closures", form.With("kind", "holiday", "from", "115.13.40", "to", "115.14.1", "part", "evening", "agency", "U99", "reason", "", "place", strings.Repeat("北", 201), "announced", "115.12.40", "announced_time", "25:70", "do", "enter")...).
		Says(t, http.StatusUnprocessableEntity), 9)
	filled := form.With("from", "115.11.24", "reason", "鳳凰颱風", "place", "臺北市", "announced", "115.11.23", "announced_time", "19:40", "do", "preview")
	check := officer.Post("/closures", filled...).Says(t, http.StatusOK, "尚未登錄", "項期限變動", "以小時計算的期限不變", "臺北市", "原期限", "新期限", "再按「登錄停止上班」", ">登錄停止上班</button>")
	admin := h.As(t, "P05") // who sees what is his own
	admin.Post("/closures", admin.Get("/closures").With("from", "115.11.24", "reason", "鳳凰颱風", "do", "preview")...).Says(t, http.StatusOK, "另有無權檢視之案件亦將調整。").Not(t, "沒有期限變動")
	officer.Get("/closures").Says(t, http.StatusOK, "目前沒有登錄停止上班或停機")
	officer.Post("/closures", carried(check, "do", "change")...).Says(t, http.StatusOK, `value="鳳凰颱風"`)
	officer.Post("/closures", carried(check, "do", "enter")...).Says(t, http.StatusOK, "已登錄，期限調整中。", "鳳凰颱風", "臺北市", "115.11.23 19:40 公布", "115.11.23 20:00")
	if page := officer.Post("/closures", carried(check, "do", "enter")...).Says(t, http.StatusOK); strings.Count(page.Text, "鳳凰颱風") != 1 {
		t.Error("a double click entered it twice")
	}
	officer.Post("/closures", filled...).Says(t, http.StatusUnprocessableEntity, "已登錄停止上班（鳳凰颱風")
	h.Settle(t)

	at := withdraw.FindStringSubmatch(officer.Get("/closures").Text)
	if at == nil {
		t.Fatal("nothing leads to the withdrawal")
	}
	back := officer.Get(at[1]).Says(t, http.StatusOK, "撤回登錄", "項期限變動", ">撤回停止上班登錄</button>")
	officer.Post("/closures/withdraw", carried(back, "why", "")...).Says(t, http.StatusUnprocessableEntity, "請填撤回的事由")
	officer.Post("/closures/withdraw", carried(back, "why", "更正公告，照常上班")...).Says(t, http.StatusOK, "已撤回", "更正公告，照常上班")
	officer.Get("/closures").Not(t, "/closures/withdraw?id=")
}

// U9: systems stood on a day on which people worked; the page says so wherever it names it.
func TestAnOutageByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P07")
	form := officer.Get("/closures")
	officer.Post("/closures", form.With("kind", "holiday", "from", "115.11.24", "reason", "機房停電", "do", "preview")...).Says(t, http.StatusUnprocessableEntity, "請選擇停止上班或系統停機。", `href="#kind"`, "機房停電")
	check := officer.Post("/closures", form.With("kind", "outage", "from", "115.11.24", "reason", "機房停電", "do", "preview")...).Says(t, http.StatusOK, "全日 系統停機", "機房停電", "再按「登錄停機」", ">登錄停機</button>")
	officer.Post("/closures", carried(check, "do", "enter")...).Says(t, http.StatusOK, "已登錄，期限調整中。", "系統停機", "機房停電")
	officer.Post("/closures", form.With("kind", "outage", "from", "115.11.24", "reason", "停電", "do", "preview")...).Says(t, http.StatusUnprocessableEntity, "已登錄系統停機（機房停電", `value="outage" selected`)
	at := withdraw.FindStringSubmatch(officer.Get("/closures").Text)
	if at == nil {
		t.Fatal("nothing leads to the withdrawal")
	}
	officer.Get(at[1]).Says(t, http.StatusOK, ">撤回停機登錄</button>")
	// A typhoon on the same day is another matter.
	officer.Post("/closures", form.With("from", "115.11.24", "reason", "鳳凰颱風", "do", "preview")...).Says(t, http.StatusOK, "全日 停止上班")
}

// U12: the page says up to which year the calendar is loaded, and loads the next.
func TestACalendarIsLoadedByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer, clerk := h.As(t, "P07"), h.As(t, "P13")
	clerk.Get("/closures").Says(t, http.StatusOK, "目前載入至 116 年。").Not(t, `name="file"`, "尚未載入，該年度")
	officer.Get("/closures?lang=en").Says(t, http.StatusOK, "It is loaded up to 2027.", `name="file"`)
	officer.Get("/closures?lang=zh-TW")
	next := `{"20280101": "開國紀念日", "20280103": "補假"}`
	if got := clerk.Send("/closures/calendar", "116.json", next, "do", "preview"); got.StatusCode != http.StatusNotFound {
		t.Errorf("anybody loads calendars: %d", got.StatusCode)
	}
	officer.Post("/closures/calendar", "do", "preview").Says(t, http.StatusUnprocessableEntity, "請選擇辦公日曆檔案。", `href="#file"`)
	officer.Send("/closures/calendar", "117.csv", "日期\n", "do", "preview").Says(t, http.StatusUnprocessableEntity, "第 1 列：第一列須為「西元日期,星期,是否放假,備註」，檔案中為「日期」。")
	check := officer.Send("/closures/calendar", "117年日曆.json", next, "do", "preview").Says(t, http.StatusOK, "尚未載入", "117年日曆.json", "開國紀念日", "放假", "另有", "以小時計算的期限不變")
	officer.Get("/closures").Says(t, http.StatusOK, "目前載入至 116 年。")
	officer.Post("/closures/calendar", carried(check, "do", "enter")...).Says(t, http.StatusOK, "已載入辦公日曆", "目前載入至 117 年。")
	officer.Post("/closures/calendar", carried(check, "do", "enter")...).Says(t, http.StatusOK, "已載入辦公日曆") // a double click
	officer.Send("/closures/calendar", "117.json", next, "do", "preview").Says(t, http.StatusUnprocessableEntity, "檔案內容與目前的辦公日曆相同")
}
