//! Which old backups are removed. Days and months are those of UTC, so that no change of the clocks moves one.

use super::name::date_time;

/// Of backups made at these times (Unix time, ms), the places of those that are not kept: all but the newest of
/// each of the last `days` days and of each of the last `months` months that have one. One that is dated after
/// `now_ms` is kept and counts for nothing: the clock was wrong then or is now.
pub(super) fn outdated(made_ms: &[i64], now_ms: i64, days: u32, months: u32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..made_ms.len())
        .filter(|&index| made_ms[index] <= now_ms)
        .collect();
    order.sort_by_key(|&index| std::cmp::Reverse(made_ms[index]));
    let (mut day, mut month) = (Last::new(days.max(1)), Last::new(months));
    let mut keeps = |made_ms: i64| {
        let Some(made) = date_time(made_ms) else {
            return true;
        };
        let of_day = day.takes((made.year(), made.month(), made.day()));
        let of_month = month.takes((made.year(), made.month(), 0));
        of_day || of_month
    };
    order.retain(|&index| !keeps(made_ms[index]));
    order
}

/// Takes the first of each of a number of different dates.
struct Last {
    left: u32,
    seen: Option<(i16, i8, i8)>,
}

impl Last {
    fn new(left: u32) -> Self {
        Self { left, seen: None }
    }

    fn takes(&mut self, date: (i16, i8, i8)) -> bool {
        if self.seen == Some(date) || self.left == 0 {
            return false;
        }
        self.seen = Some(date);
        self.left -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    /// The dates that are kept, of those given, for 3 days and 2 months.
    fn kept(now: &str, made: &[&str]) -> Vec<String> {
        let times: Vec<i64> = made.iter().map(|text| ms(text)).collect();
        let gone = outdated(&times, ms(now), 3, 2);
        (0..made.len())
            .filter(|index| !gone.contains(index))
            .map(|index| made[index].to_owned())
            .collect()
    }

    #[test]
    fn the_newest_of_each_day_and_month_stay() {
        for (case, now, made, expected) in [
            ("none", "2025-03-10T12:00:00Z", vec![], vec![]),
            (
                "the newest of a day",
                "2025-03-10T12:00:00Z",
                vec![
                    "2025-03-10T08:00:00Z",
                    "2025-03-10T11:00:00Z",
                    "2025-03-10T09:00:00Z",
                ],
                vec!["2025-03-10T11:00:00Z"],
            ),
            (
                "days without one do not count",
                "2025-03-30T12:00:00Z",
                vec![
                    "2025-03-29T08:00:00Z",
                    "2025-03-20T08:00:00Z",
                    "2025-03-10T08:00:00Z",
                    "2025-03-09T08:00:00Z",
                ],
                vec![
                    "2025-03-29T08:00:00Z",
                    "2025-03-20T08:00:00Z",
                    "2025-03-10T08:00:00Z",
                ],
            ),
            (
                "the newest of a month",
                "2025-03-04T12:00:00Z",
                vec![
                    "2025-03-04T08:00:00Z",
                    "2025-03-03T08:00:00Z",
                    "2025-03-02T08:00:00Z",
                    "2025-03-01T08:00:00Z",
                    "2025-02-28T08:00:00Z",
                    "2025-02-27T08:00:00Z",
                    "2025-01-31T08:00:00Z",
                ],
                vec![
                    "2025-03-04T08:00:00Z",
                    "2025-03-03T08:00:00Z",
                    "2025-03-02T08:00:00Z",
                    "2025-02-28T08:00:00Z",
                ],
            ),
            (
                "a day ends at midnight of UTC, whatever the season",
                "2025-03-31T12:00:00Z",
                vec![
                    "2025-03-30T23:59:59Z",
                    "2025-03-30T00:00:00Z",
                    "2025-03-29T23:59:59Z",
                ],
                vec!["2025-03-30T23:59:59Z", "2025-03-29T23:59:59Z"],
            ),
            (
                "the same month of another year is another month",
                "2025-03-31T12:00:00Z",
                vec![
                    "2025-03-30T08:00:00Z",
                    "2025-03-29T08:00:00Z",
                    "2025-03-28T08:00:00Z",
                    "2024-03-27T08:00:00Z",
                    "2024-03-26T08:00:00Z",
                ],
                vec![
                    "2025-03-30T08:00:00Z",
                    "2025-03-29T08:00:00Z",
                    "2025-03-28T08:00:00Z",
                    "2024-03-27T08:00:00Z",
                ],
            ),
            (
                "a clock that was set back pushes nothing out",
                "2025-03-04T12:00:00Z",
                vec![
                    "2099-01-01T08:00:00Z",
                    "2099-01-02T08:00:00Z",
                    "2099-01-03T08:00:00Z",
                    "2099-01-04T08:00:00Z",
                    "2025-03-04T12:00:00Z",
                    "2025-03-03T08:00:00Z",
                ],
                vec![
                    "2099-01-01T08:00:00Z",
                    "2099-01-02T08:00:00Z",
                    "2099-01-03T08:00:00Z",
                    "2099-01-04T08:00:00Z",
                    "2025-03-04T12:00:00Z",
                    "2025-03-03T08:00:00Z",
                ],
            ),
        ] {
            assert_eq!(kept(now, &made), expected, "{case}");
        }
    }

    #[test]
    fn the_newest_stays_whatever_is_asked_for() {
        let day = 24 * 3600 * 1000;
        let made: Vec<i64> = (0..400).map(|number| number * day).collect();
        for (days, months) in [(0, 0), (1, 0), (10, 6), (366, 120), (u32::MAX, u32::MAX)] {
            let gone = outdated(&made, 399 * day, days, months);
            assert!(!gone.contains(&399), "{days} days, {months} months");
        }
        assert_eq!(outdated(&made, 399 * day, 0, 0).len(), 399);
        assert_eq!(
            outdated(&made, 399 * day, 10, 6).len(),
            400 - 14,
            "ten days, which two months end in, and four months before"
        );
        assert_eq!(
            outdated(&[i64::MIN, i64::MAX], 0, 1, 1),
            Vec::<usize>::new(),
            "what has no date is kept"
        );
    }
}
