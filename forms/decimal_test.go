package forms_test

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/forms"
)

func TestDecimalsAreWrittenOneWay(t *testing.T) {
	for in, want := range map[string]string{"0": "0", "-0": "0", "-0.00": "0", "007": "7", "1.10": "1.1", "+.5": "", "-0.05": "-0.05",
		"999999999999999999": "999999999999999999", "1000000000000000000": "", "0.0000000001": "", "1e3": "", "": "", "1.": "", "１": "", "--1": ""} {
		d, err := forms.ParseDecimal(in)
		if want == "" && err == nil || want != "" && (err != nil || d.String() != want) {
			t.Errorf("%q: %s %v, want %q", in, d, err, want)
		}
	}
}

func TestDecimalArithmeticIsExact(t *testing.T) {
	gen := rapid.Custom(func(t *rapid.T) forms.Decimal {
		d, err := decimalOf(rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "coef"), rapid.IntRange(0, 9).Draw(t, "scale"))
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
	rat := func(d forms.Decimal) *big.Rat { r, _ := new(big.Rat).SetString(d.String()); return r }
	rapid.Check(t, func(t *rapid.T) {
		a, b := gen.Draw(t, "a"), gen.Draw(t, "b")
		sum, err := a.Add(b)
		want := new(big.Rat).Add(rat(a), rat(b))
		if errors.Is(err, forms.ErrDecimalOverflow) && new(big.Rat).Abs(want).Cmp(big.NewRat(1_000_000_000, 1)) >= 0 && !want.IsInt() {
			return // ten digits before the point leave room for eight behind it
		}
		if err != nil || rat(sum).Cmp(want) != 0 {
			t.Errorf("%s + %s = %s %v", a, b, sum, err)
		}
		if back, err := sum.Sub(b); err != nil || back != a {
			t.Errorf("%s - %s = %s %v", sum, b, back, err)
		}
		if a.Compare(b) != rat(a).Cmp(rat(b)) {
			t.Errorf("%s ? %s", a, b)
		}
		tolerance := big.NewRat(1, 2_000_000_000)
		near := func(got forms.Decimal, want *big.Rat) bool {
			diff := new(big.Rat).Sub(rat(got), want)
			return diff.Abs(diff).Cmp(tolerance) <= 0
		}
		if product, err := a.Mul(b); err == nil && !near(product, new(big.Rat).Mul(rat(a), rat(b))) {
			t.Errorf("%s × %s = %s", a, b, product)
		}
		quotient, err := a.Quo(b)
		switch {
		case b.Sign() == 0:
			if !errors.Is(err, forms.ErrDivision) {
				t.Errorf("%s ÷ 0: %v", a, err)
			}
		case err == nil && !near(quotient, new(big.Rat).Quo(rat(a), rat(b))):
			t.Errorf("%s ÷ %s = %s", a, b, quotient)
		}
		var again forms.Decimal
		text, err := a.MarshalText()
		if err != nil || again.UnmarshalText(text) != nil || again != a {
			t.Errorf("%s comes back as %s", a, again)
		}
	})
}

func TestRoundingIsHalfUp(t *testing.T) {
	for in, want := range map[string]string{"2.345": "2.35", "2.344": "2.34", "-2.345": "-2.35", "0.005": "0.01", "7": "7"} {
		d := decimal(t, in)
		if got := d.Round(2).String(); got != want {
			t.Errorf("%s rounds to %s, want %s", in, got, want)
		}
	}
}

// decimalOf is n / 10^scale.
func decimalOf(n int64, scale int) (forms.Decimal, error) {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	return forms.ParseDecimal(new(big.Rat).SetFrac(big.NewInt(n), ten).FloatString(scale))
}
