package worktest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A case that was returned with a long reason stands in the list with the beginning of
// it: the row stays one that can be read on a phone. The case has the whole reason.
func TestALongReasonStaysShortInTheList(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	h := webtest.OpenHouse(t)
	path := h.Apply(t)
	reason := "使用期間請改為一年，並補附主管機關核准公文。" + strings.Repeat("另請說明代理期間由何人保管帳號、離職或調任時由何人通知停用。", 40) + "以上請於三日內補正。"
	head := h.As(t, "P12")
	head.Post(path+"/act", head.Get(path).With("comment", reason, "do", "return")...).Says(t, http.StatusOK)
	h.Settle(t)
	p := b.Open(t, h.URL, "/as/P13?next=/", browsertest.Look{Size: browsertest.Phone, Lang: "zh-TW"})
	p.Go("/")
	p.Wait(`a[href="` + path + `/edit"]`)
	if said := p.Text("main"); !strings.Contains(said, "退回理由：使用期間請改為一年") {
		t.Errorf("the list does not begin the reason:\n%s", said)
	}
	for part, most := range map[string]int{`.list tr:has(a[href="` + path + `/edit"])`: 320, ".task--line": 320} {
		var high int
		p.Eval(`Math.round(document.querySelector('`+part+`').getBoundingClientRect().height)`, &high)
		if high > most {
			t.Errorf("%s is %d pixels high", part, high)
		}
	}
	p.NoSidewaysScroll()
	p.Shot("work-returned-row")
	h.As(t, "P13").Get(path).Says(t, http.StatusOK, reason)
}
