/// The language the person has set for their system, as a BCP 47 tag such as `zh-CN`, if any.
pub fn language() -> Option<String> {
    sys_locale::get_locale()
}
