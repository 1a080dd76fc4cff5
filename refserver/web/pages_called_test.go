package web

import "testing"

// A name that a type's words put into a text is called as the reader's language does; what
// somebody wrote himself stays as he wrote it.
func TestNamesWithinATextAreThoseThatStandAlone(t *testing.T) {
	n := newNamesWithin(map[string]string{
		"戶政科": "Household Registration Division", "戶政科長": "Head of Household Registration", "電子郵件系統": "E-mail system", "VPN": "Remote access",
	})
	for text, want := range map[string]string{
		"戶政科三人三系統帳號開通試辦 (電子郵件系統)": "戶政科三人三系統帳號開通試辦 (E-mail system)",
		"You keep “電子郵件系統”":       "You keep “E-mail system”",
		"戶政科":                     "Household Registration Division",
		"戶政科、戶政科長":                "Household Registration Division、Head of Household Registration",
		"請戶政科辦":                   "請戶政科辦", "VPN2": "VPN2", "申請VPN": "申請VPN", "(VPN)": "(Remote access)", "": "", "\xff戶政科": "\xffHousehold Registration Division",
	} {
		if got := n.Replace(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}
