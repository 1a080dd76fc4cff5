package api_test

import (
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// Whoever has left finds nothing, and is told why: with a token of his own time, and when
// he signs in.
func TestWhoHasLeftIsToldSo(t *testing.T) {
	s := open(t, inMemory(t))
	s.call("qh150013", "GET", "/me", nil).want(200)
	lists := s.kit.Registers()
	row, _, err := lists.Get(t.Context(), ismskit.System("test"), register.People, "P13")
	must(t, err)
	fields, err := lists.Fields(t.Context(), ismskit.System("test"), row)
	must(t, err)
	fields = fields.Clone()
	fields["to"] = calendar.Date{Year: 2026, Month: 11, Day: 20}
	_, err = lists.Put(t.Context(), ismskit.System("test"), ismskit.RowChange{List: register.People, ID: "P13", Seen: row.Revision, Values: fields})
	must(t, err)
	for _, path := range []string{"/me", "/tasks", "/cases/none", "/documents/none"} {
		s.call("qh150013", "GET", path, nil).refused(403, "not_in_office")
	}
	s.call("", "POST", "/sessions", object{"login": "qh150013", "password": password}).refused(403, "not_in_office")
	s.call("", "POST", "/sessions", object{"login": "qh150013", "password": "wrong one"}).refused(401, "sign_in")
	s.call("qh150011", "GET", "/cases/none", nil).refused(404, "not_found")
}

// A client that writes all of what is too large before it reads is still told so, and how
// much may be sent.
func TestWhatIsTooLargeIsSaidToWhoWritesFirst(t *testing.T) {
	s := open(t, inMemory(t))
	host, body := strings.TrimPrefix(s.url, "http://"), strings.Repeat("x", 10<<20)
	conn, err := net.Dial("tcp", host)
	must(t, err)
	_, err = io.WriteString(conn, "POST /api/v1/cases HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\nAuthorization: Bearer "+s.token("qh150013")+
		"\r\nContent-Type: application/json\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
	must(t, err)
	answer, err := io.ReadAll(conn)
	must(t, err)
	if text := string(answer); !strings.Contains(text, "413") || !strings.Contains(text, "一次最多可送出 8.1 MB") {
		t.Errorf("%.600s", text)
	}
	must(t, conn.Close())
}
