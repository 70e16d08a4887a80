/** The demo's site: the shop on `localhost`, its checkout on `127.0.0.1`, every connection pointed at the sandbox. */

export function demoConfiguration(sandboxUrl: string): string {
  return `
sites:
  - id: shop
    name: Demo Shop
    domains: [localhost]
    linked: [127.0.0.1]
    currency: USD
    consent: granted
    connections:
      - id: impact
        type: impact
        settings: { accountSid: IRdemo, authToken: demo-token, campaignId: "1000", actionTrackerId: "9876", baseUrl: "${sandboxUrl}/impact" }
      - { id: bloggers, type: postback, settings: { url: "${sandboxUrl}/tracker/track?id={order_id}&amount={total}", clickParam: [blog_click] } }
      - { id: cartstack, type: cartstack, settings: { key: demo-key, siteId: "demo==", baseUrl: "${sandboxUrl}/cartstack" } }
      - { id: vt, type: vtmarketing, settings: { apiKey: demo-key, baseUrl: "${sandboxUrl}/vtmarketing" } }
      - { id: pixel, type: sale-pixel, settings: { url: "${sandboxUrl}/tracker/track?id={orderId}&amount={total}" } }
`;
}
