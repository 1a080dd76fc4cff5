package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

var (
	caseLinks = regexp.MustCompile(`href="(/cases/[^"/]+)"`)
	nextPage  = regexp.MustCompile(`href="([^"]+)" rel="next"`)
)

// turned follows a list to its end and gives the cases in the order of the pages,
// each page once.
func turned(t *testing.T, c *webtest.Caller, path string) (cases []string, pages int) {
	t.Helper()
	for {
		page := c.Get(path).Says(t, http.StatusOK)
		pages++
		list := page.Text[strings.Index(page.Text, "<table"):strings.LastIndex(page.Text, "</table>")]
		for _, m := range caseLinks.FindAllStringSubmatch(list, -1) {
			if !slices.Contains(cases, m[1]) {
				cases = append(cases, m[1])
			}
		}
		next := nextPage.FindStringSubmatch(page.Text)
		if next == nil {
			return cases, pages
		}
		path = html.UnescapeString(next[1])
		if back := c.Get(path); !strings.Contains(back.Text, "回第一頁") {
			t.Errorf("%s does not lead back", path)
		}
	}
}

// A list longer than a page is turned to its end, none twice and none left out, and
// says how many there are: exactly, or at least so many where they were not counted.
func TestLongListsAreTurnedToTheirEnd(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.Apply(t)
	admin, officer := h.As(t, "P06"), h.As(t, "P04")
	before, _ := turned(t, admin, "/handling")
	all, _ := turned(t, officer, "/overview")
	h.Stock(t, "P06", string(workflow.KindHandle), 120)
	admin.Get("/handling").Says(t, http.StatusOK, fmt.Sprintf("待處置 %d", len(before)+120)).Not(t, "以上", "回第一頁")
	for path, want := range map[string]int{"/handling": len(before) + 120, "/?kind=handle": len(before) + 120} {
		if got, pages := turned(t, admin, path); len(got) < want || pages != 3 {
			t.Errorf("%s: %d of %d on %d pages", path, len(got), want, pages)
		}
	}
	if got, pages := turned(t, officer, "/overview"); len(got) != len(all)+120 || pages != 2 {
		t.Errorf("the overview shows %d of %d on %d pages", len(got), len(all)+120, pages)
	}
	// What an address names that is no task of the list begins at the beginning, or after it.
	admin.Get("/handling?after=yesterday&case=x&task=y").Says(t, http.StatusOK).Not(t, "回第一頁")
	admin.Get("/handling?tab=none").Says(t, http.StatusOK, before[0])
	admin.Get("/?case=zzzz").Says(t, http.StatusOK, "目前沒有待辦事項。", "回第一頁")
}

func TestALongListSaysWhenItWasNotCountedToItsEnd(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.Stock(t, "P06", string(workflow.KindHandle), 1000+30)
	admin := h.As(t, "P06")
	admin.Get("/").Says(t, http.StatusOK, "全部 1000以上", `<span class="count">1000+`)
	admin.Get("/handling").Says(t, http.StatusOK, "待處置", "以上")
	h.As(t, "P04").Get("/overview").Says(t, http.StatusOK, "1000 件以上辦理中")
	if got, _ := turned(t, admin, "/handling"); len(got) < 1000+30 {
		t.Errorf("turned over, %d rows", len(got))
	}
}
