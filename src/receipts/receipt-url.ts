/** Where a receipt can be looked at: on the pages, or, where they have no address, as the API's own answer. */
export function receiptUrl(
  addresses: { readonly PAGES_URL: string; readonly API_URL: string },
  code: string,
): string {
  const [base, path] =
    addresses.PAGES_URL === '' ? [addresses.API_URL, 'receipts'] : [addresses.PAGES_URL, 'r'];
  return `${base.replace(/\/+$/, '')}/${path}/${code}`;
}
