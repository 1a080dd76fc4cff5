package forms

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is an exact decimal number of at most 18 digits, at most 9 of them after the point. The zero value is 0.
// Equal numbers are equal Go values (==): 1.10 and 1.1 are the same.
type Decimal struct {
	coef  int64
	scale uint8
}

// The reasons why a decimal can't be had.
var (
	ErrDecimalFormat   = errors.New("forms: not a decimal number")
	ErrDecimalOverflow = errors.New("forms: decimal number out of range")
	ErrDivision        = errors.New("forms: division by zero")
)

const (
	maxScale  = 9
	maxCoef   = 1e18 - 1
	maxDigits = 18
)

var pow10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

func normalise(coef int64, scale uint8) Decimal {
	for scale > 0 && coef%10 == 0 {
		coef /= 10
		scale--
	}
	return Decimal{coef, scale}
}

// ParseDecimal reads digits with an optional sign and point ("-12.50"); no exponent, no blanks, no separators.
func ParseDecimal(s string) (Decimal, error) {
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits, _ = strings.CutPrefix(digits, "+")
	}
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return Decimal{}, ErrDecimalFormat
	}
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > maxScale || len(whole)+len(fraction) > maxDigits {
		return Decimal{}, ErrDecimalOverflow
	}
	if whole+fraction == "" {
		return Decimal{}, nil
	}
	coef, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return Decimal{}, ErrDecimalFormat
	}
	if negative {
		coef = -coef
	}
	return normalise(coef, uint8(len(fraction))), nil
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// String gives the canonical writing: no superfluous zeros, "0.5" not ".5", never "-0".
func (d Decimal) String() string {
	s := strconv.FormatInt(d.coef, 10)
	if d.scale == 0 {
		return s
	}
	s, negative := strings.CutPrefix(s, "-")
	if pad := int(d.scale) + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	point := len(s) - int(d.scale)
	s = s[:point] + "." + s[point:]
	if negative {
		return "-" + s
	}
	return s
}

// MarshalText gives the canonical writing.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDecimal reads.
func (d *Decimal) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDecimal(string(b))
	return err
}

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int { return compareInt(d.coef, 0) }

// Places is the number of digits after the point.
func (d Decimal) Places() int { return int(d.scale) }

// Compare orders decimals: -1, 0 or 1.
func (d Decimal) Compare(o Decimal) int {
	if d.scale == o.scale {
		return compareInt(d.coef, o.coef)
	}
	return d.at(maxScale).Cmp(o.at(maxScale))
}

// at is the coefficient at the given scale, which must not be smaller than d's own.
func (d Decimal) at(scale uint8) *big.Int {
	n := big.NewInt(d.coef)
	return n.Mul(n, big.NewInt(pow10[scale-d.scale]))
}

// Add is d + o.
func (d Decimal) Add(o Decimal) (Decimal, error) {
	scale := max(d.scale, o.scale)
	n := d.at(scale)
	return fromBig(n.Add(n, o.at(scale)), scale)
}

// Sub is d - o.
func (d Decimal) Sub(o Decimal) (Decimal, error) { return d.Add(Decimal{-o.coef, o.scale}) }

// Mul is d × o, rounded to nine places where it has more.
func (d Decimal) Mul(o Decimal) (Decimal, error) {
	n := new(big.Int).Mul(big.NewInt(d.coef), big.NewInt(o.coef))
	scale := d.scale + o.scale
	if scale > maxScale {
		n = roundedQuo(n, big.NewInt(pow10[scale-maxScale]))
		scale = maxScale
	}
	return fromBig(n, scale)
}

// Quo is d ÷ o, rounded to nine places (四捨五入, halves away from zero); ErrDivision when o is 0.
func (d Decimal) Quo(o Decimal) (Decimal, error) {
	if o.coef == 0 {
		return Decimal{}, ErrDivision
	}
	n := d.at(maxScale)
	n.Mul(n, big.NewInt(pow10[maxScale]))
	return fromBig(roundedQuo(n, o.at(maxScale)), maxScale)
}

// Round rounds to the given number of places, halves away from zero (四捨五入). Places beyond nine change nothing.
func (d Decimal) Round(places int) Decimal {
	if places < 0 {
		places = 0
	}
	if places >= int(d.scale) {
		return d
	}
	n := roundedQuo(big.NewInt(d.coef), big.NewInt(pow10[int(d.scale)-places]))
	return normalise(n.Int64(), uint8(places))
}

func roundedQuo(n, by *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(n, by, new(big.Int))
	if r.Lsh(r.Abs(r), 1).CmpAbs(by) >= 0 {
		q.Add(q, big.NewInt(int64(n.Sign()*by.Sign())))
	}
	return q
}

func fromBig(n *big.Int, scale uint8) (Decimal, error) {
	ten := big.NewInt(10)
	for scale > 0 && n.CmpAbs(big.NewInt(maxCoef)) > 0 {
		q, r := new(big.Int).QuoRem(n, ten, new(big.Int))
		if r.Sign() != 0 {
			return Decimal{}, ErrDecimalOverflow
		}
		n, scale = q, scale-1
	}
	if n.CmpAbs(big.NewInt(maxCoef)) > 0 {
		return Decimal{}, ErrDecimalOverflow
	}
	return normalise(n.Int64(), scale), nil
}
