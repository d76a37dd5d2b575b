/** A household to try things with: made up, with three accounts, a gain, a loss, and classes that have drifted. */
export const EXAMPLE = `{
 "as_of": "2026-11-20",
 "household_id": "An example household",
 "currency": "USD",
 "target_allocation": {"US Stocks": 0.45, "International Stocks": 0.2, "Bonds": 0.3, "Cash": 0.05},
 "preferences": ["minimize_short_term_gains", "harvest_losses_up_to_3000_usd", "avoid_trades_below_500_usd"],
 "tax": {"short_term_rate": 0.24, "long_term_rate": 0.15, "ordinary_rate": 0.24},
 "accounts": [
  {"account_id": "brokerage", "kind": "taxable", "owner": "Kim and Lee", "cash": 6000, "holdings": [
   {"ticker": "VTI", "lots": [
    {"lot_id": "VTI-2018", "quantity": 150, "acquisition_date": "2018-05-14", "cost_basis_per_share": 139.20},
    {"lot_id": "VTI-2026", "quantity": 40, "acquisition_date": "2026-06-02", "cost_basis_per_share": 338.50}
   ]},
   {"ticker": "VXUS", "lots": [
    {"lot_id": "VXUS-2026", "quantity": 300, "acquisition_date": "2026-02-18", "cost_basis_per_share": 81.35}
   ]}
  ]},
  {"account_id": "kim-ira", "kind": "traditional", "owner": "Kim", "cash": 1200, "holdings": [
   {"ticker": "BND", "lots": [
    {"lot_id": "IRA-BND", "quantity": 420, "acquisition_date": "2021-09-15", "cost_basis_per_share": 85.10}
   ]},
   {"ticker": "VTI", "lots": [
    {"lot_id": "IRA-VTI", "quantity": 120, "acquisition_date": "2016-04-08", "cost_basis_per_share": 104.30}
   ]}
  ]},
  {"account_id": "lee-roth", "kind": "roth", "owner": "Lee", "cash": 300, "holdings": [
   {"ticker": "VTI", "lots": [
    {"lot_id": "ROTH-VTI", "quantity": 60, "acquisition_date": "2020-03-23", "cost_basis_per_share": 113.00}
   ]}
  ]}
 ],
 "securities": [
  {"ticker": "VTI", "asset_class": "US Stocks", "current_price": 345.00, "kind": "etf", "spread_bps": 1},
  {"ticker": "ITOT", "asset_class": "US Stocks", "current_price": 152.10, "kind": "etf", "spread_bps": 1},
  {"ticker": "VXUS", "asset_class": "International Stocks", "current_price": 74.20, "kind": "etf", "spread_bps": 2},
  {"ticker": "IXUS", "asset_class": "International Stocks", "current_price": 83.50, "kind": "etf", "spread_bps": 3},
  {"ticker": "BND", "asset_class": "Bonds", "current_price": 72.40, "kind": "etf", "spread_bps": 1}
 ]
}
`;
