package market

import "github.com/lienket/lienket/internal/base/i18n"

// Ask is one line of the ask-back list («Hỏi lại»): a doubt about a cell that a call can
// settle. It never refuses a file. A row whose Ask Blocks is kept out of the plan until
// it is answered; every other doubt is settled by a stated assumption meanwhile.
type Ask struct {
	Source     Source   `json:"source"`
	Record     string   `json:"record,omitempty"`     // the offer or demand of the row
	Who        string   `json:"who,omitempty"`        // whom to ask, as the row names them
	Phone      string   `json:"phone,omitempty"`      // where to ask
	Column     string   `json:"column,omitempty"`     // the heading as the file writes it
	Key        string   `json:"key,omitempty"`        // what the column means: a key of Cells
	Code       AskCode  `json:"code"`                 // words: market.ask.<code>
	Value      string   `json:"value,omitempty"`      // what stands in the cell
	Suggestion string   `json:"suggestion,omitempty"` // what could stand there instead
	Args       []string `json:"args,omitempty"`       // fill the words
	Blocks     bool     `json:"blocks,omitempty"`
}

// AskCode names a kind of doubt.
type AskCode string

// The doubts, by what they are about. Their words in text/*.json say what is assumed.
const (
	AskPartyMissing    AskCode = "party_missing"
	AskPartyCarried    AskCode = "party_carried"
	AskPartyPhone      AskCode = "party_phone"
	AskPhoneMissing    AskCode = "phone_missing"
	AskPhoneOdd        AskCode = "phone_odd"
	AskTaxOdd          AskCode = "tax_odd"
	AskTaxShared       AskCode = "tax_shared"
	AskPlaceMissing    AskCode = "place_missing"
	AskPlaceUnknown    AskCode = "place_unknown"
	AskPlaceAmbiguous  AskCode = "place_ambiguous"
	AskGoodsMissing    AskCode = "goods_missing"
	AskGoodsCarried    AskCode = "goods_carried"
	AskGoodsUnknown    AskCode = "goods_unknown"
	AskGoodsAmbiguous  AskCode = "goods_ambiguous"
	AskQuantityMissing AskCode = "quantity_missing"
	AskQuantityWords   AskCode = "quantity_words"
	AskQuantityUnclear AskCode = "quantity_unclear"
	AskQuantityZero    AskCode = "quantity_zero"
	AskQuantityArea    AskCode = "quantity_area"
	AskQuantityPartly  AskCode = "quantity_partly"
	AskQuantityDoubt   AskCode = "quantity_doubt"
	AskQuantityRange   AskCode = "quantity_range"
	AskQuantityPeriod  AskCode = "quantity_period"
	AskQuantityUpTo    AskCode = "quantity_up_to"
	AskQuantityBig     AskCode = "quantity_big"
	AskUnitMissing     AskCode = "unit_missing"
	AskUnitUnknown     AskCode = "unit_unknown"
	AskUnitConflict    AskCode = "unit_conflict"
	AskPieceAssumed    AskCode = "piece_assumed"
	AskPieceUnclear    AskCode = "piece_unclear"
	AskPieceRange      AskCode = "piece_range"
	AskDaysMissing     AskCode = "days_missing"
	AskDaysUnclear     AskCode = "days_unclear"
	AskDaysPartial     AskCode = "days_partial"
	AskDaysGuessed     AskCode = "days_guessed"
	AskDaysReversed    AskCode = "days_reversed"
	AskDaysPast        AskCode = "days_past"
	AskPriceMissing    AskCode = "price_missing"
	AskPriceUnclear    AskCode = "price_unclear"
	AskPriceThousand   AskCode = "price_thousand"
	AskPriceBasis      AskCode = "price_basis"
	AskPriceOdd        AskCode = "price_odd"
	AskPriceRange      AskCode = "price_range"
	AskFloorHigh       AskCode = "floor_high"
	AskClassUnclear    AskCode = "class_unclear"
	AskClassSpan       AskCode = "class_span"
	AskClassSum        AskCode = "class_sum"
	AskPaperPending    AskCode = "paper_pending"
	AskPaperUnknown    AskCode = "paper_unknown"
	AskPaperRequired   AskCode = "paper_required"
	AskPaperWish       AskCode = "paper_wish"
	AskPaperExpired    AskCode = "paper_expired"
	AskPaperScope      AskCode = "paper_scope"
	AskPriceAtUnclear  AskCode = "price_at_unclear"
	AskDiscountUnclear AskCode = "discount_unclear"
	AskPayUnclear      AskCode = "pay_unclear"
	AskCountUnclear    AskCode = "count_unclear"
	AskMinUnclear      AskCode = "min_unclear"
	AskMinAbove        AskCode = "min_above"
	AskRowTwice        AskCode = "row_twice"
	AskRowUnread       AskCode = "row_unread"
	AskColumnUnknown   AskCode = "column_unknown"
	AskColumnTwice     AskCode = "column_twice"
	AskSheetUnread     AskCode = "sheet_unread"
)

// AskCodes lists every code, so that a test can hold the words against it.
var AskCodes = []AskCode{
	AskPartyMissing, AskPartyCarried, AskPartyPhone, AskPhoneMissing, AskPhoneOdd, AskTaxOdd, AskTaxShared,
	AskPlaceMissing, AskPlaceUnknown, AskPlaceAmbiguous, AskGoodsMissing, AskGoodsCarried, AskGoodsUnknown, AskGoodsAmbiguous,
	AskQuantityMissing, AskQuantityWords, AskQuantityUnclear, AskQuantityZero, AskQuantityArea, AskQuantityPartly,
	AskQuantityDoubt, AskQuantityRange, AskQuantityPeriod, AskQuantityUpTo, AskQuantityBig,
	AskUnitMissing, AskUnitUnknown, AskUnitConflict, AskPieceAssumed, AskPieceUnclear, AskPieceRange,
	AskDaysMissing, AskDaysUnclear, AskDaysPartial, AskDaysGuessed, AskDaysReversed, AskDaysPast,
	AskPriceMissing, AskPriceUnclear, AskPriceThousand, AskPriceBasis, AskPriceOdd, AskPriceRange, AskFloorHigh,
	AskClassUnclear, AskClassSpan, AskClassSum, AskPaperPending, AskPaperUnknown, AskPaperRequired, AskPaperWish,
	AskPaperExpired, AskPaperScope, AskPriceAtUnclear, AskDiscountUnclear, AskPayUnclear, AskCountUnclear,
	AskMinUnclear, AskMinAbove, AskRowTwice, AskRowUnread, AskColumnUnknown, AskColumnTwice, AskSheetUnread,
}

// notUnderstood are the doubts of a cell that could not be read at all, though something
// stands in it: what was there is left out of the record.
var notUnderstood = map[AskCode]bool{
	AskPhoneOdd: true, AskTaxOdd: true, AskPlaceUnknown: true, AskGoodsUnknown: true, AskQuantityWords: true, AskQuantityUnclear: true,
	AskUnitUnknown: true, AskPieceUnclear: true, AskDaysUnclear: true, AskPriceUnclear: true, AskClassUnclear: true, AskPaperUnknown: true,
	AskDiscountUnclear: true, AskPayUnclear: true, AskCountUnclear: true, AskMinUnclear: true,
}

// Sentence is the question in the printer's language, with what is assumed meanwhile.
func (a Ask) Sentence(p *i18n.Printer) string {
	args := make([]any, len(a.Args))
	for i, s := range a.Args {
		args[i] = s
	}
	return p.T("market.ask."+string(a.Code), args...)
}
