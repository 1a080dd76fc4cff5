package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// What is typed into a field of any type stands in it again when the draft is opened anew:
// otherwise the next change of anything would empty it.
func TestWhatWasTypedStandsInTheFieldAgain(t *testing.T) {
	typed := []struct{ kind, params, name, text string }{
		{"text", "", "", "公文承辦"}, {"long_text", "", "", "第一行"}, {"integer", "", "", "12"}, {"decimal", `"places":2`, "", "3.25"},
		{"date", "", "", "115.12.01"}, {"year_month", "", "", "115.12"}, {"time", "", "", "08:30"}, {"date_time", "", "", "115.12.01 08:30"},
		{"date_range", "", "from", "115.12.01"}, {"date_range", "", "to", "115.12.31"},
		{"date_time_range", "", "from", "115.12.01 08:30"}, {"date_time_range", "", "to", "115.12.01 17:30"},
		{"time_range", "", "from", "08:30"}, {"time_range", "", "to", "17:30"},
		{"year_month_range", "", "from", "115.01"}, {"year_month_range", "", "to", "115.12"},
		{"integer_range", "", "from", "1"}, {"integer_range", "", "to", "9"}, {"decimal_range", `"places":1`, "from", "1.5"}, {"decimal_range", `"places":1`, "to", "2.5"},
		{"period", "", "from", "115.12.01"}, {"period", "", "to", "116.11.30"},
		{"ip_cidr", "", "", "10.1.2.0/24"}, {"port_list", "", "", "80,443"}, {"email", "", "", "a@qinghai.example"}, {"url", "", "", "https://qinghai.example/a"},
	}
	var fields, post []string
	keys := map[string]string{}
	for _, f := range typed {
		key, there := keys[f.kind]
		if !there {
			key = fmt.Sprintf("f%d", len(keys))
			keys[f.kind] = key
			fields = append(fields, fmt.Sprintf(`{"key":%q,"type":%q,"label":{"zh-TW":"欄","en":"Field"},"params":{%s}}`, key, f.kind, f.params))
		}
		name := key
		if f.name != "" {
			name += "." + f.name
		}
		post = append(post, name, f.text)
	}
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) {
		typ, err := ismskit.ParseType([]byte(`{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"subject":"f0","number":{"pattern":"M-{roc}-{n:4}"},
			"form":{"key":"memo","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[` + strings.Join(fields, ",") + `]},
			"flow":{"key":"memo","version":"1","root":{"step":{"id":"head","name":{"zh-TW":"科長","en":"Head"},"kind":"approve","who":[{"kind":"unit_head"}]}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		c.Types = append(c.Types, typ)
	})
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/memo").Says(t, http.StatusOK)
	at := clerk.Post("/apply/memo", form.With(append(post, "do", "save")...)...).Says(t, http.StatusOK, "暫存").At()
	page := clerk.Get(at).Says(t, http.StatusOK)
	for i := 0; i < len(post); i += 2 {
		name, text := regexp.QuoteMeta(post[i]), regexp.QuoteMeta(html.EscapeString(post[i+1]))
		control := regexp.MustCompile(`<(input|textarea)[^>]* name="` + name + `"[^>]*( value="` + text + `"|>` + text + `</textarea>)`)
		if !control.MatchString(page.Text) {
			t.Errorf("%s: %q does not stand on the page: %s", post[i], post[i+1], regexp.MustCompile(`<(input|textarea)[^>]* name="`+name+`[".][^>]*>`).FindString(page.Text))
		}
	}
}
