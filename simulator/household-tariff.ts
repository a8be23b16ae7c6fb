/** Shanghai's household electricity by time of use: peak from 06:00 to 22:00, valley at night (press, configurable). */
export const householdElectricity = [
  { fromHalfHour: 0, toHalfHour: 12, priceMilliYuanPerKWh: 307 },
  { fromHalfHour: 12, toHalfHour: 44, priceMilliYuanPerKWh: 617 },
  { fromHalfHour: 44, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
];
