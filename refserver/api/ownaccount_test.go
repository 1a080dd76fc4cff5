package api_test

import "testing"

// TestWhoUsesAnAccountIsToldWhyHeDoesNotRecordIt: a colleague asks for an account of whoever
// administers the system; he is told as what he may not record it, in his language, and
// somebody else does.
func TestWhoUsesAnAccountIsToldWhyHeDoesNotRecordIt(t *testing.T) {
	everywhere(t, func(s *server) {
		id := s.sent("qh150013", line("S01", "folder_write", "P05", "qh110005"))
		s.act("qh150012", id, object{"verb": "approve", "for": "P11"}).want(200)
		row := s.call("qh150013", "GET", "/cases/"+id, nil).want(200).text("rows", 0, "id")
		record := object{"verb": "record", "result": "opened", "values": object{"given_account": "qh110005"}}
		told := s.call("qh110005", "POST", "/cases/"+row+"/actions", record, "If-Match", "*")
		told.refused(403, "separation")
		if got := told.text("detail"); got != "您是本件的帳號使用者，不能自行辦理「處置」，須由其他人員辦理。" {
			s.Errorf("he is told: %s", got)
		}
		told = s.call("qh110005", "POST", "/cases/"+row+"/actions", record, "If-Match", "*", "Accept-Language", "en")
		if got := told.text("detail"); got != "You are named here as “Account user”, so somebody else must do “Handling”." {
			s.Errorf("he is told: %s", got)
		}
		s.call("qh110006", "POST", "/cases/"+row+"/actions", record, "If-Match", "*").want(200)
	})
}
