package evidence

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

type unit string

type rank uint8

type place struct{ room int }

func (p place) CanonicalValue() any { return map[string]any{"room": p.room} }

type loop struct{}

func (l loop) CanonicalValue() any { return l }

type stamp struct{ err error }

func (s stamp) MarshalText() ([]byte, error) { return []byte("stamp"), s.err }

func TestOneValueHasOneWayToBeWritten(t *testing.T) {
	taipei := time.FixedZone("CST", 8*60*60)
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, `null`},
		{true, `true`},
		{false, `false`},
		{0, `0`},
		{int64(math.MinInt64), `-9223372036854775808`},
		{uint64(math.MaxInt64), `9223372036854775807`},
		{int16(-7), `-7`},
		{json.Number("-12"), `-12`},
		{"申請單", `"申請單"`},
		{"<a href='x'>&\u2028\x7f", "\"<a href='x'>&\u2028\x7f\""},
		{"\"\\/\b\f\n\r\t\x01\x1f", `"\"\\/\b\f\n\r\t\u0001\u001f"`},
		{time.Date(2026, 11, 23, 14, 5, 6, 7999, taipei), `"2026-11-23T06:05:06.000007Z"`},
		{[]any{}, `[]`},
		{map[string]any{}, `{}`},
		{map[string]any(nil), `{}`},
		{[]any{1, "a", nil, []any{true}}, `[1,"a",null,[true]]`},
		{[]string{"b", "a"}, `["b","a"]`},
		{map[string]any{"b": 1, "a": 2, "A": 3, "": 4, "aa": 5}, `{"":4,"A":3,"a":2,"aa":5,"b":1}`},
		// In UTF-16 order the second key would come first; bytes decide.
		{map[string]any{"\uff5e": 1, "\U0001f600": 2}, "{\"\uff5e\":1,\"\U0001f600\":2}"},
		{map[string]string{"b": "x", "a": "y"}, `{"a":"y","b":"x"}`},
		{unit("資訊室"), `"資訊室"`},
		{rank(3), `3`},
		{place{3}, `{"room":3}`},
		{&place{3}, `{"room":3}`},
		{(*place)(nil), `null`},
		{stamp{}, `"stamp"`},
		{(*stamp)(nil), `null`},
		{(*int)(nil), `null`},
		{Digest{0xab}, `"ab` + strings.Repeat("0", 62) + `"`},
	} {
		got, err := Canonical(c.value)
		if err != nil || string(got) != c.want {
			t.Errorf("%v: got %s, %v, want %s", c.value, got, err, c.want)
			continue
		}
		if _, err := ParseCanonical(got); err != nil {
			t.Errorf("%s is not read back: %v", got, err)
		}
	}
}

func TestWhatHasNoCanonicalBytesIsNamedByItsPath(t *testing.T) {
	refused := errors.New("no text")
	deep := any("x")
	for range deepest + 1 {
		deep = []any{deep}
	}
	for _, c := range []struct {
		value        any
		path, reason string
	}{
		{map[string]any{"rows": []any{nil, map[string]any{"share": 0.5}}}, ".rows[1].share", NoFloats},
		{[]any{float32(1)}, "[0]", NoFloats},
		{[]byte("x"), "", NoBytes},
		{[2]byte{}, "", NoBytes},
		{map[string]any{"a": "\xff"}, ".a", NotUTF8},
		{map[string]any{"\xff": 1}, `."\xff"`, NotUTF8},
		{"e\u0301", "", NotNFC}, // é in two parts
		{map[string]any{"e\u0301": 1}, `."é"`, NotNFC},
		{[]string{"a", "b\x00"}, "[1]", HasNUL},
		{json.Number("1.0"), "", NotInteger},
		{json.Number("1e3"), "", NotInteger},
		{json.Number("007"), "", NotInteger},
		{json.Number("-0"), "", NotInteger},
		{json.Number("+1"), "", NotInteger},
		{json.Number(""), "", NotInteger},
		{json.Number("9223372036854775808"), "", OutOfRange},
		{uint64(math.MaxUint64), "", OutOfRange},
		{time.Time{}, "", OutOfRange},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "", OutOfRange},
		{struct{}{}, "", Unsupported},
		{[]int{1}, "", Unsupported},
		{func() {}, "", Unsupported},
		{1i, "", Unsupported},
		{new(int), "", Unsupported},
		{[]any{stamp{refused}}, "[0]", TextRefused},
		{loop{}, "", TooDeep},
		{deep, strings.Repeat("[0]", deepest+1), TooDeep},
	} {
		got, err := Canonical(c.value)
		var fault *ValueError
		if !errors.As(err, &fault) || fault.Reason != c.reason || fault.Path != c.path && fault.Path != strings.ReplaceAll(c.path, "é", "e\u0301") || got != nil {
			t.Errorf("%v: got %s, %v, want %s at %s", c.value, got, err, c.reason, c.path)
		}
		if c.reason == TextRefused && !errors.Is(err, refused) {
			t.Errorf("%v hides its reason", err)
		}
	}
}

func TestOnlyCanonicalBytesAreRead(t *testing.T) {
	v, err := ParseCanonical([]byte(`{"a":[1,null,true,"x"],"b":-9223372036854775808}`))
	object, _ := v.(map[string]any)
	list, _ := object["a"].([]any)
	if err != nil || len(list) != 4 || list[0] != int64(1) || object["b"] != int64(math.MinInt64) {
		t.Fatalf("%v, %v", v, err)
	}
	for _, text := range []string{
		``, ` `, `nul`, ` 1`, `1 `, "1\n", `1 2`, `{"a":1}{}`, `{"b":1,"a":2}`, `{"a":1,"a":1}`, `{"a": 1}`, `[1, 2]`, `1.0`, `1e2`, `-0`, `01`,
		`"\u0041"`, `"\/"`, `"\u00e9"`, `"\u000a"`, `"\u001F"`, `"\ud800"`, "\"\xff\"", "\"e\u0301\"", `"\u0000"`, `9223372036854775808`,
		`[1,]`, `{"a":1,}`, "\ufeff1", `NaN`, `'a'`, strings.Repeat("[", 100) + strings.Repeat("]", 100), strings.Repeat("[", 1<<16),
	} {
		if v, err := ParseCanonical([]byte(text)); err == nil {
			t.Errorf("%.40q was read as %v", text, v)
		}
	}
}

// anyValue draws what Canonical accepts, in the types ParseCanonical returns.
func anyValue() *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any { return draw(t, 3) })
}

func draw(t *rapid.T, depth int) any {
	text := rapid.StringOf(rapid.RuneFrom([]rune("aZ09 \"\\\n\x01/<資安通報é～😀")))
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.Int64().Draw(t, "integer")
	case 3:
		return text.Draw(t, "text")
	case 4:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			list = append(list, draw(t, depth-1))
		}
		return list
	}
	object := map[string]any{}
	for range rapid.IntRange(0, 4).Draw(t, "fields") {
		object[text.Draw(t, "key")] = draw(t, depth-1)
	}
	return object
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue().Draw(t, "value")
		first, err := Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		read, err := ParseCanonical(first)
		if err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		second, err := Canonical(read)
		if err != nil || string(second) != string(first) {
			t.Fatalf("%s became %s, %v", first, second, err)
		}
		var plain any
		if err := json.Unmarshal(first, &plain); err != nil {
			t.Fatalf("%s is no JSON: %v", first, err)
		}
	})
}

func FuzzParseCanonical(f *testing.F) {
	for _, s := range []string{`{"a":[1,null,true,"x"],"b":-5}`, `"\u001f"`, `[]`, `{"b":1,"a":2}`, `1.0`, `"\ud800"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := ParseCanonical(b)
		if err != nil {
			return
		}
		again, err := Canonical(v)
		if err != nil || string(again) != string(b) {
			t.Fatalf("%q was read and is written %q, %v", b, again, err)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	f.Add("reason", "離職", int64(3))
	f.Add("e\u0301", "\x00", int64(-1))
	f.Fuzz(func(t *testing.T, key, text string, n int64) {
		b, err := Canonical(map[string]any{key: []any{text, n}})
		if err != nil {
			return
		}
		v, err := ParseCanonical(b)
		if err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		list, _ := v.(map[string]any)[key].([]any)
		if len(list) != 2 || list[0] != text || list[1] != n {
			t.Fatalf("%q holds %v", b, v)
		}
	})
}

// What is passed without the tables of Unicode must be what those would pass, whatever stands
// beside it.
func TestTextsToldWithoutTablesAreNormal(t *testing.T) {
	told := 0
	for r := range rune(utf8.MaxRune + 1) {
		s := string(r)
		if !plainText(s) {
			continue
		}
		told++
		if r == 0 || r == utf8.RuneError || !norm.NFC.IsNormalString(s) || !norm.NFC.PropertiesString(s).BoundaryBefore() {
			t.Errorf("%U passes", r)
		}
	}
	if want := 127 + 0x9FFF - 0x4E00 + 1 + 0x2A + 0x5E; told != want {
		t.Errorf("%d characters are told without tables, want %d", told, want)
	}
	for _, bad := range []string{"\x00", "科\x00", "科\xe7", "\xe7\xa7", "\xe7\x28\xa1", "\xe7\xa7\x28", "\xc0\x80", "\xed\xa0\x80", "か\u3099", "e\u0301"} {
		if plainText(bad) {
			t.Errorf("%q passes", bad)
		}
	}
}
