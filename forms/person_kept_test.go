package forms

import "testing"

// That somebody has not arrived yet is said by choosing so: a draft without his name
// keeps the choice, and sending asks for the name, not for another choice.
func TestTheKindOfAPersonIsKeptBeforeHisName(t *testing.T) {
	in := personInput{External: true, Expected: true}
	for _, kind := range []PersonKind{Arriving, External} {
		v, err := in.Decode(map[string]any{"kind": string(kind)})
		if p, ok := v.(Person); err != nil || !ok || p.Kind != kind {
			t.Fatalf("%s became %v, %v", kind, v, err)
		}
		if bad := in.Check(&CheckContext{Draft: true}, v); bad != nil {
			t.Errorf("a draft is refused: %v", bad.Code)
		}
		if bad := in.Check(&CheckContext{}, v); bad == nil || bad.Code != "person_name" || bad.Part != "name" {
			t.Errorf("sending says %v", bad)
		}
	}
	if v, err := in.Decode(map[string]any{"kind": string(InDirectory)}); v != nil || err != nil {
		t.Errorf("nobody at all became %v, %v", v, err)
	}
}
