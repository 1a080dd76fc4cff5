package ismskit

import "testing"

// A deputy writes on a paper for whom he signs in many ways; another post is none of them.
func TestAsWhatADeputySignsAPaper(t *testing.T) {
	names := []string{"單位主管", "Unit head", "邱柏叡", "科長", "科長邱柏叡", "戶政科科長"}
	for as, want := range map[string]bool{
		"單位主管": true, "代理單位主管": true, "單位主管（代）": true, "代理科長": true, "科長 (代理)": true, "代 邱柏叡": true, "代理科長 邱柏叡": true,
		"unit head": true, "Acting unit head": true, "for 邱柏叡": true,
		"科長（代理人）": true, "科長代理人": true, "科長（職務代理人）": true, "科長（職代）": true, "暫代科長": true, "戶政科科長": true, "代理戶政科科長": true,
		"邱柏叡之代理人": true, "科長【代】": true, "acting head of 邱柏叡": false, "for the unit head": true, "代理人": false, "職務代理人": false, "戶政科副科長": false, "代理副科長": false,
		"副科長": false, "科長室秘書": false, "權限管理人員": false, "代理": false, "股長": false, "": false,
	} {
		if got := signedAs(as, names...); got != want {
			t.Errorf("who signs as %q signs for the head: %v", as, got)
		}
	}
}
