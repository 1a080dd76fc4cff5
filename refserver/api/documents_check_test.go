package api_test

import (
	"testing"
)

// A program asks of a copy whether it is the newest, by what is printed on it or by the
// file itself; a copy nobody knows has no answer, and a digest that cannot be one is
// refused.
func TestACopyIsChecked(t *testing.T) {
	s := open(t, inMemory(t))
	clerk := "qh150013"
	ask := func(query string) answer { return s.call(clerk, "GET", "/version-check?"+query, nil) }
	newest := ask("number=is-02-008&version=1.3").want(200)
	if len(newest.items()) != 1 || newest.at("items", 0, "newest") != true || newest.text("items", 0, "current") != "1.3" || newest.text("items", 0, "title") == "" {
		t.Errorf("%s", newest.raw)
	}
	old := ask("number=IS-02-008&version=1.0").want(200)
	if old.at("items", 0, "known") != true || old.at("items", 0, "newest") != false || old.text("items", 0, "notices", 0) == "" {
		t.Errorf("%s", old.raw)
	}
	if unknown := ask("number=IS-02-008&version=9.9").want(200); unknown.at("items", 0, "known") != false || unknown.at("items", 0, "newest") != false {
		t.Errorf("%s", unknown.raw)
	}
	doc := s.call(clerk, "GET", "/documents/IS-02-008", nil).want(200)
	file := ask("sha256=" + doc.text("versions", 3, "files", 0, "digest")).want(200)
	if file.text("items", 0, "version") != "1.3" || file.at("items", 0, "newest") != true {
		t.Errorf("%s", file.raw)
	}
	if none := ask("number=IS-99-999").want(200); len(none.items()) != 0 {
		t.Errorf("%s", none.raw)
	}
	ask("sha256=abc").refused(422, "digest_form")
	closed := s.call("qh110007", "GET", "/documents/IS-04-055", nil).want(200) // 密
	code := closed.text("versions", 0, "check_code")
	one := ask("number=IS-04-055&version=" + closed.text("versions", 0, "label") + "&code=" + code).want(200)
	if code == "" || len(one.items()) != 1 || one.at("items", 0, "closed") != true || one.at("items", 0, "newest") != true || one.text("items", 0, "number") != "" {
		t.Errorf("%s", one.raw)
	}
	if none := ask("number=IS-04-055&code=AAAA-BBBB-CCCC").want(200); len(none.items()) != 0 {
		t.Errorf("%s", none.raw)
	}
	// Who names a code is answered for the version that bears it, signed in or not.
	open := s.call(clerk, "GET", "/documents/IS-02-008", nil).want(200).text("versions", 3, "check_code")
	if right := ask("number=IS-02-008&version=1.3&code=" + open).want(200); len(right.items()) != 1 || right.at("items", 0, "newest") != true {
		t.Errorf("%s", right.raw)
	}
	for _, wrong := range []string{"version=1.3&code=AAAA-BBBB-CCCC", "version=1.2&code=" + open} {
		if none := ask("number=IS-02-008&" + wrong).want(200); len(none.items()) != 0 {
			t.Errorf("%s: %s", wrong, none.raw)
		}
	}
	s.call("", "GET", "/version-check?number=IS-02-008", nil).refused(401, "token")
}
