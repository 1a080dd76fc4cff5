package api_test

import "testing"

// TestWhoClosesAnAccountLearnsOfItsExtension: the closing names the request for more time,
// of a draft that is another's only that it is there; the draft names the closing.
func TestWhoClosesAnAccountLearnsOfItsExtension(t *testing.T) {
	everywhere(t, func(s *server) {
		task := func(login, kind string) string {
			s.Helper()
			return s.call(login, "GET", "/tasks?type="+kind, nil).want(200).text("items", 0, "case")
		}
		question := task("qh150013", "grant_extension")
		s.act("qh150013", question, object{"verb": "record", "result": "extend", "values": object{"extend_until": "2027-06-30"}}).want(200)
		s.clock.Set(monday.AddDate(0, 0, 10)) // the permission has ended
		s.settle()
		closing := task("qh140010", "grant_closure")
		seen := s.call("qh140010", "GET", "/cases/"+closing, nil).want(200)
		if told, _ := seen.at("under_way", 0).(object); len(told) != 2 || told["kind"] != "extension" || told["unsent"] != true {
			s.Errorf("the closing: %s", seen.raw)
		}
		listed := s.call("qh140010", "GET", "/tasks?under_way=true&type=grant_closure", nil).want(200)
		if told, _ := listed.at("items", 0, "under_way", 0).(object); len(told) != 2 || told["kind"] != "extension" || told["unsent"] != true {
			s.Errorf("the list of what is to be closed: %s", listed.raw)
		}
		if unasked := s.call("qh140010", "GET", "/tasks?type=grant_closure", nil).want(200); unasked.text("items", 0, "case") != closing || unasked.at("items", 0, "under_way") != nil {
			s.Errorf("a list that was not asked for it: %s", unasked.raw)
		}
		draft := s.call("qh150013", "GET", "/cases?phase=draft", nil).want(200).text("items", 0, "id")
		own := s.call("qh150013", "GET", "/cases/"+draft, nil).want(200)
		if own.text("under_way", 0, "kind") != "closure" {
			s.Errorf("the draft: %s", own.raw)
		}
		s.act("qh150013", draft, object{"verb": "withdraw", "comment": "不再需要"}).want(200)
		if over := s.call("qh140010", "GET", "/cases/"+closing, nil).want(200); over.at("under_way") == nil || over.at("under_way", 0) != nil {
			s.Errorf("it has ended: %s", over.raw)
		}
		if over := s.call("qh140010", "GET", "/tasks?under_way=true&type=grant_closure", nil).want(200); over.at("items", 0, "under_way") == nil || over.at("items", 0, "under_way", 0) != nil {
			s.Errorf("it has ended, says the list: %s", over.raw)
		}
	})
}
